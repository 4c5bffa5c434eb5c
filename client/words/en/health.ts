import { params, words } from "../words.ts";

/** How well a screen does: on its tile, in its settings, and in the message about the slowest one. */
export const health = words("console/health", {
  inTime: "In time",
  noMusic: "No music arrives",
  holdsBack: params("It holds the wall back by {time}"),
  screenHoldsBack: params("{screen} holds the wall back by {time}"),
  late: params("Its light is {time} late"),
  lost: params("{percent} of its packets are lost"),
  clockOff: params("Its clock may be off by {time}"),
  overSocket: "No UDP: it gets the music over its WebSocket",
  noLight: "It has not shown any light yet",
  paintsSlowly: params("Too few pictures: {number} a second"),
});

/** What to do next for a screen that does not do well, by what is wrong with it. */
export const hints = words("console/hints", {
  noMusic: "Wait some seconds, then reload its page. If that does not help, use another network.",
  holdsBack: "Move it closer to the access point, or switch it off.",
  late: "Close other programs on it, or reload its page.",
  lost: "Its Wi-Fi is weak or busy. Move it closer to the access point, or use a cable.",
  clockOff:
    "Its network is slow or uneven, or its browser rounds times to hide its device (resistFingerprinting). " +
    "Stop downloads on it, move it closer to the access point, or use another browser.",
  overSocket:
    "Works, but less exact on a busy network. Another network, a browser that allows WebRTC, or a TURN " +
    "server gives it UDP.",
  noLight: "Look at it: its page must be in front. If it stays dark, reload the page.",
  paintsSlowly: "Its battery saver is on, or its display is slow. Charge it, or switch the saver off.",
});
