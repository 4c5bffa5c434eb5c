import { params, words } from "../words.ts";

/** A screen's figures and band, in its settings and on its tile. */
export const figures = words("console/figures", {
  roundTrip: params("{time} round trip"),
  lost: params("{percent} lost"),
  clockError: params("clock ±{time}"),
  both: params("{one}, {other}"),
  ownBand: "its own band",
});
