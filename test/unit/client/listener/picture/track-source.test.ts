import { afterEach, expect, test, vi } from "vitest";
import type { DatedPicture } from "../../../../../client/listener/picture/due-pictures.ts";
import type { DecodedPicture } from "../../../../../client/listener/picture/source.ts";
import { openSource } from "../../../../../client/listener/picture/track-source.ts";

class Frame {
  readonly displayWidth = 320;
  readonly displayHeight = 180;
  isClosed = false;
  readonly #rtpTimestamp: number;

  constructor(rtpTimestamp: number) {
    this.#rtpTimestamp = rtpTimestamp;
  }

  metadata() {
    return { rtpTimestamp: this.#rtpTimestamp };
  }

  close() {
    this.isClosed = true;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("closes the frames that are still in the stream when it is closed", async () => {
  let stream!: ReadableStreamDefaultController<Frame>;
  class MediaStreamTrackProcessor {
    readonly readable = new ReadableStream<Frame>({
      start(controller) {
        stream = controller;
      },
    });
  }
  vi.stubGlobal("window", { VideoFrame: Frame, MediaStreamTrackProcessor });
  vi.stubGlobal("VideoFrame", Frame);
  const stopped: string[] = [];
  const trackOf = (name: string) => ({
    clone: () => trackOf(`copy of ${name}`),
    stop() {
      stopped.push(name);
      stream.close();
    },
  });
  const taken: DatedPicture<DecodedPicture>[] = [];
  const source = openSource({
    layer: "low",
    receiver: { track: trackOf("track") } as unknown as RTCRtpReceiver,
    timesOf: { wall: () => 0, due: () => 0, delay: () => 0 },
    onPicture: (picture) => taken.push(picture),
  });
  const frames = Array.from({ length: 5 }, (_, n) => new Frame(n));
  stream.enqueue(frames[0]!);
  await vi.waitFor(() => expect(taken).toHaveLength(1));
  expect(taken[0]).toMatchObject({ timestamp: 0, layer: "low" });
  for (const frame of frames.slice(1)) stream.enqueue(frame);
  source.close();

  await vi.waitFor(() =>
    expect(frames.map((frame) => frame.isClosed)).toEqual([false, true, true, true, true]),
  );
  expect(taken).toHaveLength(1);
  // The receiver's own track may be read again.
  expect(stopped).toEqual(["copy of track"]);
  taken[0]!.image.close();
  expect(frames[0]!.isClosed).toBe(true);
});
