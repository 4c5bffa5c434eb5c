import { params, words } from "../words.ts";

/** The panel for MIDI controllers, in the tab of the room: whether any are connected, or why not. */
export const midiAccess = words("console/midi", {
  title: "MIDI controller",
  meaning: "The knobs, faders and pads of a MIDI controller act like the buttons of this page.",
  connect: "Connect a MIDI controller",
  off: "No MIDI controller is connected yet.",
  asking: "The browser asks whether this page may use MIDI. Allow it.",
  connected: params("Connected: {devices}"),
  none: "No MIDI controller is connected. Plug one in: it appears here by itself.",
  busy: params("The browser cannot hear {device}. Close other programs that use it, then plug it in again."),
  unnamed: "a controller without a name",
  insecure:
    "Browsers let only pages with https use MIDI controllers. Put the keys into a file on the start page, " +
    "and read them from there on the start page with https.",
  unsupported:
    "This browser has no Web MIDI, so it cannot use MIDI controllers. Chrome, Edge and Firefox can. Put " +
    "the keys into a file on the start page, and read them from there on the other browser's start page.",
  refused:
    "The browser does not let this page use MIDI controllers. Allow MIDI beside the page's address, then " +
    "connect again.",
  failed: "The browser cannot reach this computer's MIDI. Restart the browser, then connect again.",
});

/** What each control does, in that panel, and how it is learned. An action is one of those below. */
export const midiLearning = words("console/midi-learning", {
  actions: "What knobs and pads do",
  learn: "Learn",
  learnAction: params("Learn: {action}"),
  forget: "Forget",
  forgetAction: params("Forget: {action}"),
  move: "Move a knob or press a pad",
  moveFor: params("{action}: move a knob or press a pad. Escape ends this."),
  learned: params("{action}: {control}"),
  note: params("{device}, note {number}, channel {channel}"),
  cc: params("{device}, CC {number}, channel {channel}"),
});

/** What knobs and pads can do, in the list of that panel. */
export const midiActions = words("console/midi-actions", {
  blackout: "Blackout",
  freeze: "Freeze",
  brightness: "Brightness",
  energy: "Energy",
  nextScene: "Next scene",
  play: "Play, pause",
  previousSong: "Previous song",
  nextSong: "Next song",
  identify: "Identify all",
  undo: "Undo",
  redo: "Redo",
});

/** What knobs and pads can do with the scenes of the list, by their positions. */
export const midiScenes = words("console/midi-scenes", {
  scene: params("Scene {number}"),
  sceneNamed: params("Scene {number}: {scene}"),
});
