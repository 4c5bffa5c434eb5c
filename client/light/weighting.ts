import type { Weighting } from "#protocol/wall.ts";

/**
 * A-weighting (IEC 61672-1:2013, annex E): its poles in Hz, and its gain at 1 kHz in dB, which is taken off.
 */
const POLES = [20.6, 107.7, 737.9, 12_194] as const;
const A_AT_1_KHZ = -2;

/** How much a weighting raises a frequency, in dB; 0 at 1 kHz. */
export function weightDb(weighting: Weighting, hertz: number): number {
  switch (weighting) {
    case "none":
      return 0;
    case "pink":
      // Three dB an octave: by so much pink noise falls from bin to bin, and most music from octave to
      // octave.
      return 10 * Math.log10(hertz / 1_000);
    case "a": {
      const [first, second, third, fourth] = POLES;
      const square = hertz ** 2;
      const down = (square + first ** 2) * (square + fourth ** 2);
      const middle = Math.sqrt((square + second ** 2) * (square + third ** 2));
      return 20 * Math.log10((fourth ** 2 * square ** 2) / (down * middle)) - A_AT_1_KHZ;
    }
  }
}

/** The same for each bin of an AnalyserNode's spectrum, as factors of power. */
export function weightsOf(weighting: Weighting, sampleRate: number, fftSize: number): Float32Array {
  return Float32Array.from(
    { length: fftSize / 2 },
    (_, bin) => 10 ** (weightDb(weighting, (bin * sampleRate) / fftSize) / 10),
  );
}
