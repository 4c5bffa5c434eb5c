import { params, words } from "../words.ts";

/** The panel of the colours of all screens. */
export const coloursPanel = words("console/colours", {
  colours: "Colours",
  own: "My colours",
  each: "Each its own",
  energy: "Energy",
  calm: params("{energy}, calm"),
  usual: params("{energy}, as usual"),
  wild: params("{energy}, wild"),
});

/** The editor of the host's own palette, in that panel. */
export const paletteEditor = words("console/palette-editor", {
  title: "Own palette, from quiet to loud",
  colour: params("Colour {number} of {all}"),
  remove: params("Remove colour {number}"),
  add: "Add a colour",
});
