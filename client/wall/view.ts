import type { Palette } from "../light/colour.ts";
import type { Turn } from "../light/pixel-guard.ts";
import type { SceneMoment } from "./scene/moment.ts";
import type { Window } from "./scene/stage.ts";

/** How a picture is shown. */
export interface Showing {
  window: Window;
  palette: Palette;
  /** Of the picture, in pixels. */
  width: number;
  height: number;
  /** Width / height of what it is shown on. */
  shape: number;
  /** 0..1, by which the light is multiplied. */
  brightness: number;
  /** What the light may do now; without it flashes are not limited. */
  turn: Turn | undefined;
}

/** Paints windows of a scene on a canvas. */
export interface View {
  paint(moment: SceneMoment, showing: Showing): void;
  dispose(): void;
}
