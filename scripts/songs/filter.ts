import { SAMPLE_RATE, type Stereo } from "../demo-song/synth.ts";

/** A state-variable filter with 12 dB per octave (Zavalishin, "The Art of VA Filter Design", 4.2). */
export class Filter {
  #g = 0;
  #damping = 1;
  #scale = 1;
  #first = 0;
  #second = 0;
  /** What {@link next} let through around the corner, and above it. */
  band = 0;
  high = 0;

  /** @param quality resonance at the corner; 0.71 has none */
  constructor(hertz = 1_000, quality = 0.71) {
    this.tune(hertz, quality);
  }

  tune(hertz: number, quality: number): void {
    this.#g = Math.tan((Math.PI * Math.min(hertz, 0.45 * SAMPLE_RATE)) / SAMPLE_RATE);
    this.#damping = 1 / quality;
    this.#scale = 1 / (1 + this.#g * (this.#g + this.#damping));
  }

  /** Filters the next sample. Returns what is below the corner. */
  next(sample: number): number {
    const high = (sample - (this.#g + this.#damping) * this.#first - this.#second) * this.#scale;
    const band = this.#g * high + this.#first;
    const low = this.#g * band + this.#second;
    this.#first = this.#g * high + band;
    this.#second = this.#g * band + low;
    this.high = high;
    this.band = band * this.#damping;
    return low;
  }
}

/** Keeps what is below a corner, in place. */
export function lowPass(bus: Stereo, hertz: number): void {
  for (const channel of [bus.left, bus.right]) {
    const filter = new Filter(hertz);
    for (let n = 0; n < channel.length; n++) channel[n] = filter.next(channel[n]!);
  }
}

/** Keeps what is above a corner, in place. */
export function highPass(bus: Stereo, hertz: number): void {
  for (const channel of [bus.left, bus.right]) {
    const filter = new Filter(hertz);
    for (let n = 0; n < channel.length; n++) {
      filter.next(channel[n]!);
      channel[n] = filter.high;
    }
  }
}

/** Raises, or lowers, what is around a frequency by about `db`, in place. */
export function tilt(bus: Stereo, hertz: number, db: number): void {
  const more = 10 ** (db / 20) - 1;
  for (const channel of [bus.left, bus.right]) {
    const filter = new Filter(hertz, 0.6);
    for (let n = 0; n < channel.length; n++) {
      filter.next(channel[n]!);
      channel[n]! += more * filter.band;
    }
  }
}
