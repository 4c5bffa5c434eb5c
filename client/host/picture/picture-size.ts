/** The longer and the shorter side that a sent picture may have, px: 720p. */
const LONG_PX = 1_280;
const SHORT_PX = 720;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size in which a picture is sent: as it is, or as much smaller as needed; even, as encoders need it. */
export function sentSize({ width, height }: Size): Size {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(LONG_PX / long, SHORT_PX / short, 1);
  return { width: even(width * scale), height: even(height * scale) };
}

function even(pixels: number): number {
  return Math.max(2 * Math.round(pixels / 2), 2);
}
