import type { Show } from "#protocol/wall.ts";
import { noBandsBecause } from "../../words/en/show.ts";

/** Whether the choice of bands has an effect on what the wall shows, and if not, why; for the host. */
export function bandsEffect({ mode, pattern }: Pick<Show, "mode" | "pattern">): {
  hasEffect: boolean;
  reason?: string;
} {
  if (mode !== null && mode !== "solid") return { hasEffect: false, reason: noBandsBecause().look };
  switch (pattern) {
    case "bands":
    case "sweep":
      return { hasEffect: true };
    case "spectrum":
      return { hasEffect: false, reason: noBandsBecause().spectrum };
    default:
      return { hasEffect: false, reason: noBandsBecause().whole };
  }
}
