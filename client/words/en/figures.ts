import { params, words } from "../words.ts";

/** A screen's figures and band, in its settings and on its tile. */
export const figures = words("console/figures", {
  roundTrip: params("{time} round trip"),
  lost: params("{percent} lost"),
  clockError: params("clock ±{time}"),
  late: params("{time} late"),
  painted: params("{number} pictures/s"),
  udp: "UDP",
  relay: "UDP through a relay",
  socket: "WebSocket",
  both: params("{one}, {other}"),
  ownBand: "its own band",
});
