import type { Band, BandName } from "./band.ts";

/** Names of the bands for people. */
export const BAND_LABELS: Record<BandName, string> = {
  all: "All",
  sub: "Sub",
  bass: "Bass",
  "low-mids": "Low mids",
  mids: "Mids",
  "high-mids": "High mids",
  presence: "Presence",
  brilliance: "Brilliance",
};

/** A band's limits as text: "60 Hz – 250 Hz". */
export function describeBand({ low, high }: Band): string {
  return `${hertzText(low)} – ${hertzText(high)}`;
}

function hertzText(hertz: number): string {
  const rounded = Number(hertz.toPrecision(3));
  return rounded < 1_000 ? `${rounded} Hz` : `${rounded / 1_000} kHz`;
}
