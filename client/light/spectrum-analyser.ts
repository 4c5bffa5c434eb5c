/**
 * Spectra as an AnalyserNode gives them with `smoothingTimeConstant` 0 (Web Audio API 1.1, §1.8.6): Blackman
 * window with alpha 0.16, magnitudes divided by the FFT size, in dB.
 */
export class SpectrumAnalyser {
  /** Samples of one spectrum; a power of two. */
  readonly size: number;
  readonly #window: Float32Array;
  /** The samples as complex numbers, two in each: what the half-size transform works on. */
  readonly #real: Float32Array;
  readonly #imaginary: Float32Array;
  /** Where the bit-reversed order puts each complex number. */
  readonly #places: Uint16Array;
  /** e^(-2πik/size) for k below size / 2. */
  readonly #cosines: Float32Array;
  readonly #sines: Float32Array;

  constructor(size: number) {
    const half = size / 2;
    this.size = size;
    this.#window = Float32Array.from({ length: size }, (_, n) => blackman(n / size));
    this.#real = new Float32Array(half);
    this.#imaginary = new Float32Array(half);
    this.#places = bitReversed(half);
    this.#cosines = Float32Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sines = Float32Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  }

  /**
   * The spectrum of the samples that end before `end` in a ring.
   * @param ring samples; its length is a power of two and at least {@link size}
   * @param end index after the newest sample, counted without wrapping
   * @param spectrum where the dB of `size` / 2 bins go
   */
  analyse(ring: Float32Array, end: number, spectrum: Float32Array): void {
    this.#load(ring, end - this.size);
    this.#transform();
    this.#separate(spectrum);
  }

  /** Even samples become real parts and odd ones imaginary parts, in bit-reversed order. */
  #load(ring: Float32Array, start: number): void {
    const mask = ring.length - 1;
    for (let n = 0; n < this.#real.length; n++) {
      const place = this.#places[n]!;
      this.#real[place] = ring[(start + 2 * n) & mask]! * this.#window[2 * n]!;
      this.#imaginary[place] = ring[(start + 2 * n + 1) & mask]! * this.#window[2 * n + 1]!;
    }
  }

  /** Radix-2 decimation in time (Cooley and Tukey) in place. */
  #transform(): void {
    const [re, im, cosines, sines] = [this.#real, this.#imaginary, this.#cosines, this.#sines];
    const count = re.length;
    for (let span = 1; span < count; span *= 2) {
      const stride = count / span;
      for (let k = 0; k < span; k++) {
        const cos = cosines[k * stride]!;
        const sin = sines[k * stride]!;
        for (let a = k; a < count; a += 2 * span) {
          const b = a + span;
          const real = re[b]! * cos - im[b]! * sin;
          const imaginary = re[b]! * sin + im[b]! * cos;
          re[b] = re[a]! - real;
          im[b] = im[a]! - imaginary;
          re[a]! += real;
          im[a]! += imaginary;
        }
      }
    }
  }

  /** Separates the spectra of even and odd samples, and joins them to the one of all samples. */
  #separate(spectrum: Float32Array): void {
    const [re, im, cosines, sines] = [this.#real, this.#imaginary, this.#cosines, this.#sines];
    const count = re.length;
    const scale = 1 / this.size;
    for (let bin = 0; bin < count; bin++) {
      const mirror = (count - bin) % count;
      const evenReal = (re[bin]! + re[mirror]!) / 2;
      const evenImaginary = (im[bin]! - im[mirror]!) / 2;
      const oddReal = (im[bin]! + im[mirror]!) / 2;
      const oddImaginary = (re[mirror]! - re[bin]!) / 2;
      const real = evenReal + oddReal * cosines[bin]! - oddImaginary * sines[bin]!;
      const imaginary = evenImaginary + oddReal * sines[bin]! + oddImaginary * cosines[bin]!;
      spectrum[bin] = 10 * Math.log10((real * real + imaginary * imaginary) * scale * scale);
    }
  }
}

/** The Blackman window at a share of its length, 0..1. */
function blackman(share: number): number {
  const turn = 2 * Math.PI * share;
  return 0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
}

function bitReversed(count: number): Uint16Array {
  const places = new Uint16Array(count);
  for (let n = 1; n < count; n++) places[n] = (places[n >> 1]! >> 1) | (n & 1 ? count >> 1 : 0);
  return places;
}
