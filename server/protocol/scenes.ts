import type { Show } from "./wall.ts";

/** What a scene sets of the show. */
export type SceneShow = Pick<Show, "mode" | "pattern" | "rule" | "palette" | "energy">;

/** A scene that every wall has. */
export interface MadeScene {
  /** In English. */
  readonly name: string;
  readonly show: SceneShow;
}

/** The scenes that every wall has, by a name for programs, in the order of the console. */
export const MADE_SCENES = {
  lightWall: made("Light wall", "solid", "bands", "rows", "by-band", 1),
  deepFlow: made("Deep flow", "flow", "bands", "rows", "gilt", 0.6),
  skyline: made("Skyline", "bars", "bands", "rows", "by-band", 1.25),
  ringsOnWater: made("Rings on water", "rings", "ripple", "rows", "candy", 1),
  fireAndIce: made("Fire and ice", "solid", "bands", "columns", "blaze", 1.5),
  fireflies: made("Fireflies", "particles", "bands", "rows", "gilt", 0.75),
  dusk: made("Dusk", "solid", "sweep", "same", "dusk", 0.4),
  lava: made("Lava", "flow", "unison", "rows", "dusk", 0.4),
  chessboard: made("Chessboard", "solid", "beat", "same", "orchid", 1.5),
  fireworks: made("Fireworks", "particles", "ripple", "rows", "orchid", 1.5),
} satisfies Readonly<Record<string, MadeScene>>;

function made(
  name: string,
  mode: SceneShow["mode"],
  pattern: SceneShow["pattern"],
  rule: SceneShow["rule"],
  palette: SceneShow["palette"],
  energy: number,
): MadeScene {
  return { name, show: { mode, pattern, rule, palette, energy } };
}
