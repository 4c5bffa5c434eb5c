import { params, words } from "../words.ts";

/** The panel of the song's tempo. */
export const tempoPanel = words("console/tempo", {
  tempo: "Tempo",
  half: "Half",
  double: "Double",
  tap: "Tap",
  asFound: "As found",
  listening: params("Listening ahead: {percent}"),
  noBeat: "No beat found here. Tap it if there is one.",
});

/** The tempo in beats a minute, and how sure it is. */
export const knownTempo = words("console/known-tempo", {
  sure: params("{tempo} BPM, found in the song"),
  guessed: params("{tempo} BPM, a guess: tap the beat if the light misses it"),
  tapped: params("{tempo} BPM, as you tapped it"),
});
