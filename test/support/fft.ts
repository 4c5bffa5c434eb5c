/** The spectrum of `size` samples from `start`, dB for each bin, as of an AnalyserNode without smoothing. */
export function spectrumAt(samples: Float32Array, start: number, size: number): Float32Array {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const bits = Math.log2(size);
  for (let n = 0; n < size; n++) {
    let place = 0;
    for (let bit = 0; bit < bits; bit++) place |= ((n >> bit) & 1) << (bits - 1 - bit);
    const turn = (2 * Math.PI * n) / size;
    real[place] = (samples[start + n] ?? 0) * (0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
  }
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos((Math.PI * k) / half), -Math.sin((Math.PI * k) / half)];
      for (let a = k; a < size; a += 2 * half) {
        const b = a + half;
        const re = real[b]! * cos - imaginary[b]! * sin;
        const im = real[b]! * sin + imaginary[b]! * cos;
        real[b] = real[a]! - re;
        imaginary[b] = imaginary[a]! - im;
        real[a]! += re;
        imaginary[a]! += im;
      }
    }
  }
  return Float32Array.from({ length: size / 2 }, (_, bin) => {
    return 20 * Math.log10(Math.hypot(real[bin]!, imaginary[bin]!) / size);
  });
}
