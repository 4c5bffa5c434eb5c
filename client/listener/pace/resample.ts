/**
 * Sound of another length, by linear interpolation: its pitch moves by as much. The first sample stays, and
 * the last is followed by where the next piece's first would be, so that pieces join without a step.
 * @param next the sample that follows, for interpolation beyond the last one
 */
export function stretched(sound: Float32Array, length: number, next: number): Float32Array {
  if (length === sound.length) return sound;
  const step = sound.length / length;
  return Float32Array.from({ length }, (_, n) => {
    const at = Math.floor(n * step);
    const share = n * step - at;
    const [before, after] = [sound[at]!, sound[at + 1] ?? next];
    return before + (after - before) * share;
  });
}
