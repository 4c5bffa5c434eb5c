import { BANDS, type Bins } from "../../../../client/light/band.ts";
import { bandDb, fixedSpans } from "../../../../client/light/level.ts";
import { levelIn } from "../../../../client/light/light-map.ts";
/**
 * An AnalyserNode's spectrum by the letter of the Web Audio API (§1.8.6), written apart from the code
 * under test: Blackman window with alpha 0.16, discrete Fourier transform by its definition, dB.
 */
export function analyse(samples: Float32Array): Float32Array {
  const size = samples.length;
  const alpha = 0.16;
  const windowed = samples.map((sample, n) => {
    const turn = (2 * Math.PI * n) / size;
    return sample * ((1 - alpha) / 2 - Math.cos(turn) / 2 + (alpha / 2) * Math.cos(2 * turn));
  });
  const cosines = Float64Array.from({ length: size }, (_, n) => Math.cos((2 * Math.PI * n) / size));
  return Float32Array.from({ length: size / 2 }, (_, bin) => {
    let real = 0;
    let imaginary = 0;
    for (let n = 0; n < size; n++) {
      const step = (bin * n) % size;
      real += windowed[n]! * cosines[step]!;
      imaginary += windowed[n]! * cosines[(step + size / 4) % size]!;
    }
    return 20 * Math.log10(Math.hypot(real, imaginary) / size);
  });
}

/** A sine of `hertz`, its peak at `dbfs`. */
export function tone(hertz: number, dbfs: number, size = 2_048, sampleRate = 48_000): Float32Array {
  const peak = 10 ** (dbfs / 20);
  return Float32Array.from(
    { length: size },
    (_, n) => peak * Math.sin((2 * Math.PI * hertz * n) / sampleRate + 1),
  );
}

/** The level of a band in a spectrum where the host has set no gain and no light map holds, 0..1. */
export function fixedLevel(spectrum: Float32Array, bins: Bins): number {
  return levelIn(fixedSpans(0).spanOf(BANDS.all, 0), bandDb(spectrum, bins));
}
