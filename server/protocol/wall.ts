/**
 * How flashes are limited: over the `wall` as a whole, by each `screen` for itself, or not at all. `docs/flash-safety.md`
 * tells what each of them promises.
 */
export const SAFETIES = ["wall", "screen", "off"] as const;
export type Safety = (typeof SAFETIES)[number];

/** What all screens of a wall do alike; the host's to set. */
export interface Show {
  safety: Safety;
}

/** What a new wall does. */
export const FIRST_SHOW: Show = { safety: "wall" };
