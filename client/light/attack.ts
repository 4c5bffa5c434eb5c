/** The sound is divided into pieces of this length, s. */
const PIECE_S = 0.001_5;
/** How many pieces before and after a moment are compared. */
const PIECES_BEFORE = 6;
const PIECES_AFTER = 3;
/** A piece with less than this share of the power of the loudest piece is silence. */
const SILENCE_SHARE = 1e-5;

/**
 * Finds where a beat begins in a sound that contains one: where the power rises most. A spectrum dates a beat
 * only to one animation frame, and frames fall at different times on every screen. The sound dates it to
 * about 2 ms, with the same result on all screens.
 * @returns time from the beginning of the beat to the end of the sound, s
 */
export function attackAge(sound: Float32Array, sampleRate: number): number {
  const length = Math.round(PIECE_S * sampleRate);
  const count = Math.floor(sound.length / length);
  const powers = Array.from({ length: count }, (_, piece) => {
    // Pieces are counted from the end, so that the last piece ends where the sound ends.
    const end = sound.length - (count - 1 - piece) * length;
    let power = 0;
    for (let n = end - length; n < end; n++) power += sound[n]! ** 2;
    return power;
  });
  const floor = Math.max(...powers) * SILENCE_SHARE + Number.MIN_VALUE;
  let [begin, most] = [count - 1, 0];
  for (let piece = PIECES_BEFORE; piece < count; piece++) {
    const after = mean(powers, piece, Math.min(piece + PIECES_AFTER, count));
    const rise = (after + floor) / (mean(powers, piece - PIECES_BEFORE, piece) + floor);
    // Weighted by power, because a rise from silence to almost silence is no beat.
    const weighted = Math.log(rise) * after;
    if (weighted > most) [begin, most] = [piece, weighted];
  }
  return ((count - begin) * length) / sampleRate;
}

function mean(values: readonly number[], from: number, end: number): number {
  let sum = 0;
  for (let n = from; n < end; n++) sum += values[n]!;
  return sum / (end - from);
}
