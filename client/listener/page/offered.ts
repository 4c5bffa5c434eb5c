import { paletteOf } from "../../light/colour.ts";
import type { Wishes } from "../paint/painter.ts";
import type { Part } from "../paint/part.ts";
import { byId } from "./element.ts";

/** How many bands were unmarked because the wall gives this screen its band. */
let unmarkedBefore = 0;

/**
 * Shows the controls for what this screen may choose, and whether a tap is a spark.
 * @param isUnsafe whether to say that the host has lifted the limit of flashes
 * @param keepsSafe whether the person here keeps flashes limited
 */
export function showOffered(part: Part, { chosen }: Wishes, isUnsafe: boolean, keepsSafe: boolean): void {
  const { show } = part;
  byId("band").hidden = part.band !== undefined && !part.mayChooseBand;
  byId("palette").hidden = paletteOf(show) !== undefined;
  byId("mode").hidden = show.mode !== null;
  const follows = part.band !== undefined && chosen.band === null;
  byId("follow").hidden = !part.band || follows;
  const chips = document.querySelectorAll<HTMLInputElement>("#bands input");
  const unmarked = follows ? chips.length : 0;
  // What the wall gives is none of the named bands. Not each time: a chip that is being pressed stays marked.
  if (unmarked > unmarkedBefore) for (const chip of chips) chip.checked = false;
  unmarkedBefore = unmarked;
  document.documentElement.toggleAttribute("data-sparks", show.sparks);
  byId("flashes").hidden = !isUnsafe;
  byId("safe").setAttribute("aria-checked", String(keepsSafe));
}
