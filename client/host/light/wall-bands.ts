import { BANDS_MAX } from "#protocol/light-map.ts";
import type { Extent, Show } from "#protocol/wall.ts";
import { BANDS, type Band } from "../../light/band.ts";
import { bandOf, spotOf } from "../../light/layout.ts";
import { MAP_BANDS } from "../../light/light-map.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";

/** The bands that a light map has besides those of every map: the named ones, and those of the screens. */
export function furtherBands(show: Show, screens: ReadonlyMap<string, WallScreen>, extent: Extent): Band[] {
  const shown = [...screens.values()].map(
    (screen) => screen.chosen.band ?? bandOf(screen, spotOf(screen, extent, show.origin), show),
  );
  const found = new Map<string, Band>();
  for (const band of [...Object.values(BANDS), ...shown]) if (band) found.set(keyOf(band), band);
  for (const band of MAP_BANDS) found.delete(keyOf(band));
  return [...found.values()].slice(0, BANDS_MAX).map(({ low, high }) => ({ low, high }));
}

function keyOf({ low, high }: Band): string {
  return `${low} ${high}`;
}
