import { count, params, words } from "../words.ts";

/** The panel of scenes. `key` is a key of the keyboard. */
export const scenePanel = words("console/scenes", {
  scenes: "Scenes",
  key: params("Key {key}"),
  removeScene: params("Remove the scene {scene}"),
  more: "Change by itself, keep",
  change: "Change",
  byHand: "Only by hand",
  everyBars: count({ one: "Every {count} bar", other: "Every {count} bars" }),
  startsSong: params("“{title}” starts with this scene"),
  newName: "Name of a new scene",
  nameIt: "Name it",
  save: "Save as a scene",
});

/** What the scenes are called that every console has. A host's own scenes are kept by the English names. */
export const sceneNames = words("console/scene-names", {
  lightWall: "Light wall",
  deepFlow: "Deep flow",
  skyline: "Skyline",
  ringsOnWater: "Rings on water",
  fireAndIce: "Fire and ice",
  fireflies: "Fireflies",
  dusk: "Dusk",
  lava: "Lava",
  chessboard: "Chessboard",
  fireworks: "Fireworks",
});
