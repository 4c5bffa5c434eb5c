import { params, words } from "../words.ts";

/** What the check of a screen comes to. */
export const verdicts = words("check/verdicts", {
  light: "This screen will light up",
  lightNext: "Nothing stands in the way.",
  socketNext: "UDP does not come through. The light takes another way, which costs the server more.",
  dark: "This screen stays dark",
  darkNext: "The first ✗ says why, and what to do.",
  toWall: "Back to the wall",
  copied: "Copied.",
  notCopied: "This browser does not let the page copy. Select the lines instead.",
});

/** What is checked. */
export const checked = words("check/names", {
  server: "Server",
  socket: "WebSocket",
  udp: "UDP",
  decoder: "Music",
  awake: "Display stays on",
  secure: "HTTPS",
  clock: "Clock",
  fullScreen: "Full screen",
  refresh: "Pictures a second",
  motion: "Motion",
});

/** What was found. */
export const found = words("check/found", {
  answers: params("answers in {time}"),
  silent: "does not answer",
  opens: params("open, {time} there and back"),
  shut: "does not open",
  refused: "the server refuses this page as another site's",
  connects: params("connected in {time}"),
  blocked: "does not come through",
  noWebRtc: "this browser has no WebRTC",
  busy: "the server is too busy to tell",
  byBrowser: "decoded by the browser",
  byWasm: "decoded in WebAssembly, just as exact",
  byNothing: "this browser has no decoder",
  byLock: "by a wake lock",
  byVideo: "by a silent video",
  notByPage: "this browser cannot do that",
  yes: "yes",
  no: "no",
  agrees: "agrees with the server's",
  ahead: params("{time} ahead of the server's"),
  behind: params("{time} behind the server's"),
  unknown: "unknown",
  about: params("about {number}"),
  full: "full",
  less: "less, as this device asks",
});

/** What to do about it. */
export const toDo = words("check/next", {
  silent: "Is this device on the right Wi-Fi? Does the server run?",
  shut: "Something on the way blocks WebSockets. Try another network or another browser.",
  refused: "A proxy changes the page's address on the way. The server's log names the setting that helps.",
  blocked: "Open the server's UDP port in its firewall. A Wi-Fi for guests may block it too.",
  noWebRtc: "Switch WebRTC on in this browser, or use another one.",
  busy: "Check again in a minute.",
  byNothing: "Use a current Chrome, Edge, Firefox or Safari.",
  byVideo: "On an iPhone, tap the light once.",
  notByPage: "Let the display stay on in the settings of this device.",
  insecure: "It works without. With HTTPS displays stay on more surely.",
  clock: "The light does not depend on it. Set it anyway.",
  noFullScreen: "On an iPhone, add the wall to the home screen in the menu Share.",
  slow: "Close other pages, and turn power saving off.",
});
