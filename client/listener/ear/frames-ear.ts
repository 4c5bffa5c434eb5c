import type { TimedFrame } from "#protocol/frames.ts";
import type { FrameStreams } from "../../shared/encoded-frames.ts";
import type { Ear, EarListener } from "./ear.ts";
import { FFT_SIZE } from "./grid.ts";
import type { EarCommand, EarEvent } from "./messages.ts";
import type { Pace } from "./pipeline.ts";

/** A receiver of Chromium 86 and later, which shows encoded frames as streams. */
interface StreamingReceiver {
  createEncodedStreams(): FrameStreams;
}

/**
 * Whether this browser has encoded frames: it shows those of a connection (W3C WebRTC Encoded Transform §5,
 * or as Chromium did before it had that), or it has no WebRTC and gets all over the WebSocket.
 */
export function canHearFrames(): boolean {
  if (!("RTCPeerConnection" in window) || "RTCRtpScriptTransform" in window) return true;
  return "createEncodedStreams" in RTCRtpReceiver.prototype;
}

/** Hears by the encoded frames, in a worker of its own: exact, and without a tap. */
export class FramesEar implements Ear {
  readonly kind = "frames";
  listener!: EarListener;
  readonly isBlocked = false;
  readonly sampleRate = 48_000;
  readonly fftSize = FFT_SIZE;
  readonly #worker = new Worker(new URL("./ear-worker.ts", import.meta.url), { type: "module" });

  constructor() {
    this.#worker.onmessage = ({ data: event }: MessageEvent<EarEvent>) => {
      const { listener } = this;
      switch (event.type) {
        case "heard":
          listener.onHeard(event.heard, event.beats);
          break;
        case "arrival": {
          const { arrival } = event;
          listener.onArrival({ ...arrival, at: arrival.at - performance.timeOrigin });
          break;
        }
        case "missing":
          listener.onMissing(event.gaps);
          break;
        case "sound":
          listener.onSound(event.sound);
          break;
        case "failed":
          console.error(`No sound can be decoded here: ${event.message}`);
      }
    };
  }

  watch(receiver: RTCRtpReceiver): void {
    if ("RTCRtpScriptTransform" in window) {
      receiver.transform = new RTCRtpScriptTransform(this.#worker);
      return;
    }
    const streams = (receiver as unknown as StreamingReceiver).createEncodedStreams();
    this.#send({ type: "streams", streams }, [streams.readable, streams.writable]);
  }

  listen(): void {}

  take(frames: readonly TimedFrame[]): void {
    this.#send({ type: "frames", frames });
  }

  pace(pace: Pace | undefined): void {
    if (!pace) return;
    const { timestamp, at } = pace;
    this.#send({ type: "pace", pace: { timestamp, at: at + performance.timeOrigin } });
  }

  wantSound(isWanted: boolean): void {
    this.#send({ type: "sound", isWanted });
  }

  resume(): void {}

  tick(): void {}

  #send(command: EarCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}
