import { levelAt, type SceneMoment } from "./moment.ts";

/** Rings from the origin to the furthest corner. */
export const RINGS = 20;
/** Bands from the top of a ring down both of its sides. */
export const SECTORS = 24;
/** The whole of the music shows all around, each band stands out in its direction. */
const WHOLE = 0.42;
const BAND = 0.75;
/** How long light takes from the origin to the last ring, ms. */
const OUTWARD_MS = 900;

/**
 * The light of each ring in each direction, 0..1: bass at its top, treble at its foot, alike on both sides;
 * later by as much as it is further out.
 * @param into {@link SECTORS} numbers a ring, the innermost first
 */
export function ringsOf(moment: SceneMoment, into: Float32Array): void {
  const { origin, reach } = moment.stage;
  for (let ring = 0; ring < RINGS; ring++) {
    const radius = ((ring + 0.5) / RINGS) * reach;
    const ago = (ring / RINGS) * OUTWARD_MS;
    const whole = moment.bank.whole(ago);
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
