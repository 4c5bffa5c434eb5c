/** Sound is looked at in pieces of this length, s. */
const PIECE_S = 0.001_5;
/** Pieces before and after a moment that are compared. */
const BEFORE = 6;
const AFTER = 3;
/** What is quieter than the loudest piece by this factor of power is silence. */
const SILENCE = 1e-5;

/**
 * Finds where a beat begins in sound that holds one: where power rises most. A spectrum tells that there is a
 * beat only to its frame, which falls on another moment on every screen; the sound itself tells it to some 2
 * ms, and the same to all.
 * @returns how long before the end of the sound, in s
 */
export function attackAge(sound: Float32Array, sampleRate: number): number {
  const length = Math.round(PIECE_S * sampleRate);
  const count = Math.floor(sound.length / length);
  const powers = Array.from({ length: count }, (_, piece) => {
    // Counted from the end, so that pieces end where the sound does.
    const end = sound.length - (count - 1 - piece) * length;
    let power = 0;
    for (let n = end - length; n < end; n++) power += sound[n]! ** 2;
    return power;
  });
  const floor = Math.max(...powers) * SILENCE + Number.MIN_VALUE;
  let [begin, most] = [count - 1, 0];
  for (let piece = BEFORE; piece < count; piece++) {
    const after = mean(powers, piece, Math.min(piece + AFTER, count));
    const rise = (after + floor) / (mean(powers, piece - BEFORE, piece) + floor);
    // Weighed by power: a rise from silence to almost silence is no beat.
    const weighed = Math.log(rise) * after;
    if (weighed > most) [begin, most] = [piece, weighed];
  }
  return ((count - begin) * length) / sampleRate;
}

function mean(values: readonly number[], from: number, end: number): number {
  let sum = 0;
  for (let n = from; n < end; n++) sum += values[n]!;
  return sum / (end - from);
}
