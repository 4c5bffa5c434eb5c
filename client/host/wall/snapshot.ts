import type { Extent } from "#protocol/wall.ts";
import type { SolidPatch } from "./solid-tiles.ts";

/** Size of a picture of the wall in the list of walls, px. */
const SIZE = { width: 96, height: 54 };
const QUALITY = 0.7;

/** Where a wall lies in a picture, as large as it fits, and the size of a place there; px. */
export function fitted({ width, height }: Pick<Extent, "width" | "height">) {
  // A place is 16 wide and 9 high.
  const place = Math.min(SIZE.width / (16 * width), SIZE.height / (9 * height));
  const [across, down] = [16 * place, 9 * place];
  return {
    across,
    down,
    left: (SIZE.width - across * width) / 2,
    top: (SIZE.height - down * height) / 2,
  };
}

/**
 * A small picture of the wall, as a data URL.
 * @param look the look that spans the wall, if there is one; it must have been painted in this task
 */
export function snapshot(
  extent: Extent,
  patches: readonly SolidPatch[],
  look: HTMLCanvasElement | undefined,
): string {
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const pen = canvas.getContext("2d", { alpha: false })!;
  const { across, down, left, top } = fitted(extent);
  if (look) pen.drawImage(look, left, top, across * extent.width, down * extent.height);
  for (const { area, colour } of look ? [] : patches) {
    pen.fillStyle = colour;
    const [x, y] = [left + (area.x - extent.x) * across, top + (area.y - extent.y) * down];
    pen.fillRect(x, y, area.width * across - 1, area.height * down - 1);
  }
  return canvas.toDataURL("image/webp", QUALITY);
}
