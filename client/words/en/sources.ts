import { params, words } from "../words.ts";

/** Where the sound of the wall comes from. */
export const sources = words("console/sources", {
  from: params("Sound from: {source}"),
  choose: "Where the sound comes from",
  songs: "Songs",
  microphone: "Microphone or line in",
  computer: "A tab or this computer",
  tone: "Test tone",
  noise: "Pink noise",
  stage: "Stage",
  named: params("{source}: {name}"),
  device: "Device",
  needsHttps: "Browsers give sound of microphones and tabs only to pages with https.",
  live: "Live sound",
  liveMuted: "Live sound, muted",
  mute: "Mute",
  unmute: "Unmute",
  stop: "End the live sound",
  stopKey: "End the live sound (space)",
});

/** What is wrong with a source, in the messages over the console. */
export const sourceProblems = words("console/source-problems", {
  refused: "The browser does not let this page hear the microphone. Allow it beside the page's address.",
  noMicrophone: "This computer has no microphone or line in that can be heard. Connect one, then try again.",
  notShared: "No sound was shared. Choose a tab or a screen, and switch on “Also share audio”.",
  noSound: "What was shared has no sound. Choose a tab or a screen, and switch on “Also share audio”.",
  notHeard:
    "The microphone did not hear the clicks. Turn the loudspeaker up, bring the microphone near, " +
    "and try again.",
  gone: params("“{name}” has gone, so its sound has ended."),
});
