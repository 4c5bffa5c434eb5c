import { params, words } from "../words.ts";

/** The settings of one screen, beside its tile. */
export const screenSettings = words("console/screen", {
  title: params("Screen {number}, {screen}"),
  away: params("{screen}, away"),
  close: "Close",
  chosen: params("This person chose: {band}"),
  identify: "Identify",
  switchOff: "Switch off",
  switchedOff: "Switched off",
  remove: "Remove",
  name: "Name",
  places: "Places",
  width: "Width, in places",
  height: "Height, in places",
  startRipples: "Start ripples here",
  ripplesStart: "Ripples start here",
  kiosk: "Kiosk",
  copyAddress: "Copy the address",
  copyKioskAddress: "Copy the address of this screen as a kiosk",
});

/** The choice of a screen's band, in its settings. */
export const bandChoice = words("console/band", {
  band: "Band",
  asDealt: "As the wall deals it",
  inHertz: params("{band} ({low}–{high} Hz)"),
  inKilohertz: params("{band} ({low}–{high} kHz)"),
  custom: "From – to …",
  hertz: "Hz",
  from: "From, in hertz",
  to: "To, in hertz",
});
