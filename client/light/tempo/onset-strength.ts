import { HarmonicChange } from "./harmony.ts";

/** Spectra come every 10 ms of media time. */
export const STEP_MS = 10;
/**
 * How much later than an attack its onset strength is greatest, ms: the attack must have come some way into
 * the Blackman window before it weighs enough. Measured with clicks and drums through the real spectra.
 */
export const ONSET_LAG_MS = 21;

/** Lowest and highest frequency that count. */
const LOW_HZ = 35;
const HIGH_HZ = 15_000;
/** Width of bands above the frequencies at which a bin is wider, octaves. */
const BAND_OCTAVES = 1 / 6;
/** Kicks and bass notes are below the first, hats and cymbals above the second; drums and voices between. */
const SPLITS_HZ = [160, 2_500];
/** How many spectra earlier a band is compared with: two, because neighbouring windows mostly overlap. */
const COMPARED_SPECTRA = 2;
/**
 * Bins this much below the loudest of late in their part (low, mid, high) are silent, dB: hiss and what an
 * encoder leaves are no rhythm, and a loud kick rises higher than a soft bass note.
 */
const SILENT_BELOW_PEAK_DB = 45;
/** The same for the loudest of all parts: what is left of a tone above and below it is no sound. */
const SILENT_BELOW_LOUDEST_DB = 70;
/** Quieter bins are always silent, dB. */
const SILENT_DB = -120;
/** How fast the loudest of late is forgotten, dB a spectrum: 3 dB a second. */
const FORGET_DB = 0.03;

/** What one spectrum tells about rhythm. */
export interface Onset {
  /** How strongly sounds begin below 160 Hz (kicks, bass), dB: the mean rise, weighted by loudness. */
  low: number;
  /** The same for 160 Hz to 2.5 kHz (drums, voices, most instruments), dB. */
  mid: number;
  /** The same above (hats, consonants), dB. */
  high: number;
  /** How much the chord changes, 0..1, {@link HarmonicChange.LAG_SPECTRA} spectra ago. */
  change: number;
}

interface Band {
  first: number;
  end: number;
  /** Which of low, mid and high it belongs to: 0, 1, 2. */
  part: number;
  /** Its share of that part. */
  weight: number;
}

/**
 * The onset-strength envelope: log-compressed spectral flux in bands (S. Böck and G. Widmer, "Maximum Filter
 * Vibrato Suppression for Onset Detection", DAFx 2013). A band rises only above what it and its neighbours
 * had before, so that vibrato and glides between bands are no onsets. In dB, hence independent of volume, and
 * weighted by how loud the band then is for this song: a kick tells more than a bass note's overtones.
 */
export class OnsetStrength {
  readonly #bands: readonly Band[];
  readonly #harmony: HarmonicChange;
  /** The bands' dB of the last spectra, the oldest first. */
  readonly #past: Float32Array[];
  #seen = 0;
  /** The loudest of late in each part, dB. */
  readonly #peaks = new Float32Array(SPLITS_HZ.length + 1).fill(SILENT_DB);
  /** What is silent in each part, dB. */
  readonly #silents = new Float32Array(SPLITS_HZ.length + 1);

  /**
   * @param bins of each spectrum, 1,024
   * @param sampleRate of the sound, Hz
   */
  constructor(bins = 1_024, sampleRate = 48_000) {
    const binHz = sampleRate / 2 / bins;
    this.#bands = bandsOf(bins, binHz);
    this.#harmony = new HarmonicChange(binHz);
    this.#past = Array.from({ length: COMPARED_SPECTRA + 1 }, () => new Float32Array(this.#bands.length));
  }

  /**
   * Adds the next spectrum. One that is missing is left out, or the last one is added again: no onset.
   * @param spectrum dB per bin, 10 ms after the last one
   */
  add(spectrum: Float32Array): Onset {
    const bands = this.#bands;
    const now = this.#past.shift()!;
    this.#past.push(now);
    const before = this.#past[0]!;
    const peaks = this.#peaks;
    for (let part = 0; part < peaks.length; part++)
      peaks[part] = Math.max(peaks[part]! - FORGET_DB, SILENT_DB);
    for (const { first, end, part } of bands) {
      for (let bin = first; bin < end; bin++) peaks[part] = Math.max(peaks[part]!, spectrum[bin]!);
    }
    const silents = this.#silents;
    const least = Math.max(Math.max(...peaks) - SILENT_BELOW_LOUDEST_DB, SILENT_DB);
    for (let part = 0; part < peaks.length; part++) {
      silents[part] = Math.max(peaks[part]! - SILENT_BELOW_PEAK_DB, least);
    }
    for (let b = 0; b < bands.length; b++) {
      const { first, end, part } = bands[b]!;
      const silent = silents[part]!;
      let sum = 0;
      for (let bin = first; bin < end; bin++) sum += Math.max(spectrum[bin]!, silent);
      now[b] = sum / (end - first);
    }
    const change = this.#harmony.add(spectrum);
    if (this.#seen++ < COMPARED_SPECTRA) return { low: 0, mid: 0, high: 0, change };
    const rises: [number, number, number] = [0, 0, 0];
    for (let b = 0; b < bands.length; b++) {
      const lower = before[Math.max(b - 1, 0)]!;
      const upper = before[Math.min(b + 1, bands.length - 1)]!;
      const silent = silents[bands[b]!.part]!;
      const reference = Math.max(before[b]!, lower, upper, silent);
      const rise = Math.max(now[b]! - reference, 0);
      const loud = (now[b]! - silent) / SILENT_BELOW_PEAK_DB;
      rises[bands[b]!.part]! += rise * loud * bands[b]!.weight;
    }
    const [low, mid, high] = rises;
    return { low, mid, high, change };
  }
}

/** Bands of one bin each at the low end, and of {@link BAND_OCTAVES} where bins are narrower than that. */
function bandsOf(bins: number, binHz: number): Band[] {
  const bands: Band[] = [];
  const limit = Math.min(Math.floor(HIGH_HZ / binHz), bins);
  let first = Math.max(Math.round(LOW_HZ / binHz), 1);
  while (first < limit) {
    const end = Math.min(Math.max(first + 1, Math.round(first * 2 ** BAND_OCTAVES)), limit);
    const part = SPLITS_HZ.filter((split) => first * binHz >= split).length;
    bands.push({ first, end, part, weight: Math.log2((end - 0.5) / (first - 0.5)) });
    first = end;
  }
  const octavesOf = (part: number) =>
    bands.reduce((sum, band) => sum + (band.part === part ? band.weight : 0), 0);
  return bands.map((band) => ({ ...band, weight: band.weight / octavesOf(band.part) }));
}
