import type { Palette } from "../light/colour.ts";
import type { Turn } from "../light/pixel-guard.ts";
import type { SceneMoment } from "./scene/moment.ts";
import type { Window } from "./scene/stage.ts";

/** How a view shows a scene. */
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
}

/** Paints windows of a scene on a canvas. */
export interface View {
  paint(moment: SceneMoment, showing: Showing): void;
  dispose(): void;
}
