import { type TransformEvent, tapFrames } from "../../shared/encoded-frames.ts";
import { opusSamples } from "../../shared/opus-packet.ts";
import type { SentFrame } from "./sent-time.ts";

/** A worker of the console: tells the page of each frame that the encoder gives, at once. */

const scope = self as unknown as {
  onrtctransform: (event: TransformEvent) => void;
  postMessage(message: SentFrame): void;
};

scope.onrtctransform = (event) =>
  tapFrames(event.transformer, ({ timestamp, data }) => {
    const samples = opusSamples(data);
    if (samples !== undefined) scope.postMessage({ timestamp, samples });
  });
