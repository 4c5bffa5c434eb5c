/** A range of frequencies in Hz, from `low` up to, not including, `high`. */
export interface Band {
  low: number;
  high: number;
}

/** The bins of a band in a spectrum, from `first` up to, not including, `end`; at least one. */
export interface Bins {
  first: number;
  end: number;
}

/** Lowest limit of a band that a screen can be set to. */
export const LOWEST_HZ = 20;
/** Highest limit of a band that a screen can be set to. */
export const HIGHEST_HZ = 20_000;

export const BANDS = {
  all: { low: LOWEST_HZ, high: HIGHEST_HZ },
  sub: { low: 20, high: 60 },
  bass: { low: 60, high: 250 },
  "low-mids": { low: 250, high: 500 },
  mids: { low: 500, high: 2_000 },
  "high-mids": { low: 2_000, high: 4_000 },
  presence: { low: 4_000, high: 6_000 },
  brilliance: { low: 6_000, high: HIGHEST_HZ },
} as const satisfies Record<string, Band>;

export type BandName = keyof typeof BANDS;

/** The name of the preset with exactly these limits, if there is one. */
export function nameOfBand({ low, high }: Band): BandName | undefined {
  const names = Object.keys(BANDS) as BandName[];
  return names.find((name) => BANDS[name].low === low && BANDS[name].high === high);
}

/**
 * The band with its limits in order and inside `lowest`…`highest`. A limit that is not a number becomes
 * `lowest` or `highest`.
 */
export function validBand(band: Band, lowest = LOWEST_HZ, highest = HIGHEST_HZ): Band {
  const low = Number.isNaN(band.low) ? lowest : Math.min(Math.max(band.low, lowest), highest);
  const high = Number.isNaN(band.high) ? highest : Math.min(Math.max(band.high, lowest), highest);
  return low <= high ? { low, high } : { low: high, high: low };
}

/**
 * Finds a band's bins in an AnalyserNode's spectrum of `fftSize / 2` bins, where bin k is centred on
 * `k * sampleRate / fftSize` Hz. A bin belongs to the band that contains its centre, so adjacent bands share
 * no bin. A band that contains no centre gets the bin nearest to its middle.
 */
export function binsOf(band: Band, sampleRate: number, fftSize: number): Bins {
  const width = sampleRate / fftSize;
  const count = fftSize / 2;
  const { low, high } = validBand(band, 0, sampleRate / 2);
  const first = Math.ceil(low / width);
  const end = Math.min(Math.ceil(high / width), count);
  if (first < end) return { first, end };
  const nearest = Math.min(Math.round((low + high) / 2 / width), count - 1);
  return { first: nearest, end: nearest + 1 };
}

/**
 * The FFT size whose window is nearest to 43 ms, which is 2,048 samples at 48 kHz. Half the size could not
 * separate sub from bass (bins of 47 Hz); twice the size would show a beat 20 ms later.
 */
export function fftSizeFor(sampleRate: number): number {
  const exponent = Math.round(Math.log2((2_048 * sampleRate) / 48_000));
  return 2 ** Math.min(Math.max(exponent, 5), 15);
}
