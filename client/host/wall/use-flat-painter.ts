import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Song } from "../song/song.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import { FlatPainter } from "./flat-painter.ts";
import type { LitBroadcast } from "./wall-light.ts";

/** Time between two pictures of the wall, ms. */
const PICTURE_MS = 15_000;

/**
 * Paints the tiles of a grid in every animation frame.
 * @param onPicture takes a small picture of the wall now and then, as a data URL
 * @returns references for the grid and for the layer under its tiles
 */
export function useFlatPainter<Grid extends HTMLElement = HTMLDivElement>(
  song: Song,
  broadcast: LitBroadcast,
  onPicture?: (picture: string) => void,
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
  const takenAt = useRef(performance.now());
  useAnimationFrame(() => {
    const now = performance.now();
    painter.current?.paint(now);
    if (!onPicture || now - takenAt.current < PICTURE_MS) return;
    takenAt.current = now;
    const picture = painter.current?.snapshot();
    if (picture) onPicture(picture);
  });
  return { grid, layer };
}
