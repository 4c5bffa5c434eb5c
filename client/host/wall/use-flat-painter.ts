import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Song } from "../song/song.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import { FlatPainter } from "./flat-painter.ts";
import type { LitBroadcast } from "./wall-light.ts";

/**
 * Paints the tiles of a grid in every animation frame.
 * @returns references for the grid and for the layer under its tiles
 */
export function useFlatPainter<Grid extends HTMLElement = HTMLDivElement>(
  song: Song,
  broadcast: LitBroadcast,
) {
  const grid = useRef<Grid>(null);
  const layer = useRef<HTMLDivElement>(null);
  const painter = useRef<FlatPainter | undefined>(undefined);
  useEffect(() => {
    painter.current = new FlatPainter(grid.current!, layer.current!, song, broadcast);
    return () => painter.current?.close();
  }, []);
  // Each rendering may have moved tiles.
  useLayoutEffect(() => painter.current?.arrange());
  useAnimationFrame(() => painter.current?.paint(performance.now()));
  return { grid, layer };
}
