import type { Stage } from "./stage.ts";
import type { Faults } from "./verifier.ts";

/** What one run has seen. */
export interface Report {
  packets: number;
  repeats: number;
  faults: Faults;
  counts: Stage["counts"];
  seconds: number;
}
