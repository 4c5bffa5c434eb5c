import type { Ear } from "./ear.ts";
import { canHearFrames, FramesEar } from "./frames-ear.ts";

/**
 * Opens the best ear that this browser has, or the one that was asked for. Only the one that needs an
 * AudioContext is loaded when it is needed.
 */
export async function openEar(kind: Ear["kind"] | undefined): Promise<Ear> {
  const isForTrack = kind === "analyser" && "RTCPeerConnection" in window;
  if (canHearFrames() && !isForTrack) return new FramesEar();
  const loaded = await import("./analyser-ear.ts");
  return new loaded.AnalyserEar();
}
