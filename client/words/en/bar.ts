import { params, words } from "../words.ts";

/** The bar at the foot of the console, which acts on all screens. `key` is a key of the keyboard. */
export const bar = words("console/bar", {
  allScreens: "All screens",
  blackoutKey: params("Blackout ({key})"),
  freezeKey: params("Freeze ({key})"),
  textKey: params("Text on all screens ({key})"),
  identify: "Identify",
  identifyAll: "Identify all",
  identifyKey: params("All screens show number and name ({key})"),
  undo: "Undo",
  undoStep: params("Undo {step}"),
  undoStepKey: params("Undo {step} (Ctrl Z)"),
  nothingToUndo: "Nothing to undo",
  redo: "Redo",
  redoStep: params("Redo {step}"),
  redoStepKey: params("Redo {step} (Ctrl Shift Z)"),
  nothingToRedo: "Nothing to redo",
});

/** What the host sets by hand: in the bar for all screens, in the settings of a screen for that one. */
export const byHand = words("console/hand", {
  blackout: "Blackout",
  freeze: "Freeze",
  brightness: "Brightness",
  text: "Text",
  textOverLight: "Text over the light",
  show: "Show",
  clear: "Clear",
});
