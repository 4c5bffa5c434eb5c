import { words } from "../words.ts";

/** The stage, for the person at a screen. */
export const screenStage = words("screen/stage", {
  title: "The host lets you on stage",
  ask: "Your microphone and camera then go to the wall, until you or the host end it.",
  enter: "Go on stage",
  decline: "No, thank you",
  starting: "This takes a moment.",
  on: "You are on stage. The wall hears and sees you.",
  onUnseen: "You are on stage. The wall hears you.",
  leave: "Leave the stage",
  close: "Close",
  needsHttps:
    "Browsers give the microphone only to pages with https. Ask the host for an address with https.",
  refused: "The browser does not let this page hear you. Allow the microphone beside the page's address.",
  noMicrophone: "No microphone was found on this device.",
});
