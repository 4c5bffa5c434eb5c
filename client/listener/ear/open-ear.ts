import { AnalyserEar } from "./analyser-ear.ts";
import type { Ear, EarListener } from "./ear.ts";
import { canHearFrames, FramesEar } from "./frames-ear.ts";

/** The best ear that this browser has, or the one that was asked for. */
export function openEar(kind: Ear["kind"] | undefined, listener: EarListener): Ear {
  return canHearFrames() && kind !== "analyser" ? new FramesEar(listener) : new AnalyserEar(listener);
}
