import type { RefObject } from "preact";
import type { Extent } from "#protocol/wall.ts";

interface LookLayerProps {
  /** See {@link useFlatPainter}. */
  layer: RefObject<HTMLDivElement | null>;
  extent: Extent;
  /** Left edge of the grid, in places. */
  left: number;
  /** Upper edge of the grid, in places. */
  top: number;
}

/** Where a look is drawn, under the tiles and exactly over the wall. Must come before the tiles. */
export function LookLayer({ layer, extent, left, top }: LookLayerProps) {
  const { x, y, width, height } = extent;
  return (
    <div
      ref={layer}
      class="look-layer"
      aria-hidden="true"
      style={{ "--x": x - left, "--y": y - top, "--width": width, "--height": height }}
    />
  );
}
