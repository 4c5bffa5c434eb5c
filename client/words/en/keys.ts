import { words } from "../words.ts";

/** The list of keys, which the key ? opens: its title, and the switch below it. */
export const keys = words("console/keys", {
  title: "Keys",
  letterKeys: "Single letters and digits act. Off, only the keys of controls do.",
});

/** What each key does, in the list of keys. */
export const keyMeanings = words("console/key-meanings", {
  play: "Play, pause",
  seek: "Back or forward 5 seconds",
  skip: "Previous, next song",
  cue: "Sets or removes a cue point in the song",
  volume: "Volume",
  loop: "Loop",
  localSound: "Sound on this computer",
  scenes: "Scenes",
  nextScene: "Next scene",
  blackout: "Blackout",
  freeze: "Freeze",
  brightness: "Brightness",
  text: "Text on all screens",
  identify: "All screens show number and name",
  undo: "Undo; with Shift, redo",
  close: "Closes what is open",
  tiles: "On a tile: the next one; with Shift, move the screen",
  help: "This list of keys",
});

/** What keys are called whose names are words on keyboards, in the list of keys. */
export const keyNames = words("console/key-names", {
  space: "Space",
  undo: "Ctrl Z",
  escape: "Esc",
  arrows: "Arrows",
});
