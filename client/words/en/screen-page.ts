import { words } from "../words.ts";

/** What the HTML of a screen's page says. */
export const screenPage = words("screen/page", {
  wall: "Wall",
  connecting: "Connecting",
  aMoment: "This takes a moment.",
  wallCode: "Wall code",
  join: "Join",
  backToStart: "Back to the start",
  password: "Password",
  reload: "Reload",
  noScript: "This page needs JavaScript to turn music into light.",
  stuck:
    "Nothing happens? Then this browser is too old. Please use a current Chrome, Edge, Firefox or Safari.",
  warning:
    "This screen flashes with the music, stays on and uses battery; its sound is off until you turn it on.",
  safetyOff: "The host has turned flash safety off.",
  lessMotion: "This device asks for less motion, so it stays on here.",
  keepSafe: "Keep it on here",
  thisScreen: "This screen",
  more: "More",
  closeControls: "Close the controls",
  palette: "Palette",
  look: "Look",
  sound: "Sound",
  fullScreen: "Full screen",
  torch: "Camera lamp",
  noTorch: "This browser does not let the page use the camera's lamp.",
  band: "Band",
  lowest: "Lowest frequency",
  highest: "Highest frequency",
  followWall: "Follow the wall",
  timing: "Timing",
  overSocket:
    "No music arrives over UDP here, so it comes over the page's WebSocket. The light is the same; " +
    "on a busy network, another Wi-Fi or browser may be steadier.",
  sleeps: "This page cannot keep the screen on. It turns off after the time that is set on this device.",
});
