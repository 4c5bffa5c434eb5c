import type { Palette } from "../light/colour.ts";
import type { Turn } from "../light/pixel-guard.ts";
import type { LookMoment } from "./look/moment.ts";
import type { ShownPicture } from "./look/picture.ts";
import type { Window } from "./look/stage.ts";

/** How a view shows a look. */
export interface Showing {
  window: Window;
  palette: Palette;
  /** Size of the picture, in pixels. */
  width: number;
  height: number;
  /** Width / height of the screen. */
  shape: number;
  /** Factor of the linear light, 0..1. */
  brightness: number;
  /** Which changes the flash guard allows in this frame; undefined if flashes are not limited. */
  turn: Turn | undefined;
  /** The host's picture, for the look that shows it; undefined while there is none. */
  picture?: ShownPicture | undefined;
}

/** Paints windows of a look on a canvas. */
export interface View {
  paint(moment: LookMoment, showing: Showing): void;
  dispose(): void;
}
