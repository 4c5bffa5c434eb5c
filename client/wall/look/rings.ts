import { type LookMoment, levelAt } from "./moment.ts";

/** Number of rings from the origin to the furthest corner. */
export const RINGS = 20;
/** Number of bands from the top of a ring to its bottom, on either side. */
export const SECTORS = 24;
/** Weight of the level of the whole spectrum, which is shown in all directions. */
const WHOLE = 0.42;
/** Weight of the level of a band, which is shown in its direction. */
const BAND = 0.75;
/** Time light takes from the origin to the last ring. */
const OUTWARD_MS = 900;

/**
 * The light of each ring in each direction, 0..1: bass at the top, treble at the bottom, the same on both
 * sides. Outer rings show earlier music.
 * @param into {@link SECTORS} numbers per ring, the innermost ring first
 */
export function ringsOf(moment: LookMoment, into: Float32Array): void {
  const { origin, reach } = moment.stage;
  for (let ring = 0; ring < RINGS; ring++) {
    const radius = ((ring + 0.5) / RINGS) * reach;
    const ago = (ring / RINGS) * OUTWARD_MS;
    const whole = moment.bands.whole(ago);
    const fade = 1 - 0.4 * (ring / RINGS);
    for (let sector = 0; sector < SECTORS; sector++) {
      const band = (sector + 0.5) / SECTORS;
      const angle = Math.PI * band;
      const x = origin.x + radius * Math.sin(angle);
      const y = origin.y - radius * Math.cos(angle);
      const level = levelAt(moment, band, x, y, ago);
      into[ring * SECTORS + sector] = Math.min(BAND * level + WHOLE * whole * whole, 1) * fade;
    }
  }
}
