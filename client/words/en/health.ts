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
});
