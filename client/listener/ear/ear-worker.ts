import { type FrameStreams, type TransformEvent, tapFrames } from "../../shared/encoded-frames.ts";
import { createDecoder } from "./decoder.ts";
import type { EarCommand, EarEvent } from "./messages.ts";
import { Pipeline } from "./pipeline.ts";

/**
 * The ear's worker. It receives every encoded frame of the connection, and from the page those that came over
 * the WebSocket.
 */

const scope = self as unknown as {
  onrtctransform: (event: TransformEvent) => void;
  onmessage: (event: MessageEvent<EarCommand>) => void;
  postMessage(message: EarEvent, transfer?: Transferable[]): void;
};

/**
 * Frames that one message has while they are sent as they come. More at once are those of the last seconds.
 */
const LIVE_FRAMES_MAX = 8;

/** When beats begin to be looked for: after the first light, ms. */
const BEATS_AFTER_MS = 300;

/** How long to wait before a script is loaded again, ms. */
const LOAD_AGAIN_MS = 2_000;

let timer: ReturnType<typeof setTimeout> | undefined;

const pipeline = new Pipeline({
  now: () => performance.timeOrigin + performance.now(),
  onHeard: (heard, beats) => {
    scope.postMessage(
      { type: "heard", heard, beats },
      heard.map(({ spectrum }) => spectrum.buffer),
    );
  },
  onArrival: (arrival) => scope.postMessage({ type: "arrival", arrival }),
  onMissing: (gaps) => scope.postMessage({ type: "missing", gaps }),
  onSound: (sound) => scope.postMessage({ type: "sound", sound }),
});

scope.onrtctransform = ({ transformer }) => watch(transformer);

scope.onmessage = ({ data: command }) => {
  switch (command.type) {
    case "streams":
      watch(command.streams);
      break;
    case "frames":
      if (command.frames.length > LIVE_FRAMES_MAX) pipeline.start(command.frames);
      else for (const frame of command.frames) pipeline.take(frame, "socket");
      break;
    case "pace":
      pipeline.pace = command.pace;
      break;
    case "sound":
      pipeline.wantsSound = command.isWanted;
  }
  releaseInTime();
};

function watch(streams: FrameStreams): void {
  tapFrames(streams, ({ timestamp, data }) => {
    pipeline.take({ timestamp, data: data.slice() });
    releaseInTime();
  });
}

/** Releases waiting frames in time, also when no further frame arrives. */
function releaseInTime(): void {
  clearTimeout(timer);
  const wait = pipeline.release();
  timer = wait === undefined ? undefined : setTimeout(releaseInTime, wait);
}

async function start(): Promise<void> {
  try {
    pipeline.decoder = await createDecoder(pipeline.hear);
  } catch (error) {
    scope.postMessage({ type: "failed", message: (error as Error).message });
  }
}

/** No light waits for the beats that are found here. Without network the script is loaded later. */
async function findBeats(): Promise<void> {
  const loaded = await import("./beat-finder.ts").catch(() => undefined);
  if (loaded) pipeline.beatFinder = new loaded.BeatFinder();
  else setTimeout(findBeats, LOAD_AGAIN_MS);
}

void start();
setTimeout(findBeats, BEATS_AFTER_MS);
