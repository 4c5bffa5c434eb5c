import { params, words } from "../words.ts";

/** Numbers with their units. */
export const units = words("shared/units", {
  milliseconds: params("{number} ms"),
  seconds: params("{number} s"),
  hertz: params("{number} Hz"),
  kilohertz: params("{number} kHz"),
  spokenHertz: params("{number} hertz"),
  decibels: params("{number} dB"),
  megabytes: params("{number} MB"),
  gigabytes: params("{number} GB"),
  percent: params("{number} %"),
  range: params("{from} – {to}"),
});
