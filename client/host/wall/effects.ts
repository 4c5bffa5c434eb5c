import type { Show } from "#protocol/wall.ts";

const BECAUSE = {
  look: "This look shows all bands on every screen.",
  spectrum: "This pattern spreads all bands over the wall.",
  whole: "With this pattern every screen follows the whole sound.",
} as const;

/** Whether the choice of bands has an effect on what the wall shows, and if not, why; for the host. */
export function bandsEffect({ mode, pattern }: Pick<Show, "mode" | "pattern">): {
  hasEffect: boolean;
  reason?: string;
} {
  if (mode !== null && mode !== "solid") return { hasEffect: false, reason: BECAUSE.look };
  switch (pattern) {
    case "bands":
    case "sweep":
      return { hasEffect: true };
    case "spectrum":
      return { hasEffect: false, reason: BECAUSE.spectrum };
    default:
      return { hasEffect: false, reason: BECAUSE.whole };
  }
}
