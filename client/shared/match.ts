/** Where a piece of sound was found. */
export interface Match {
  /** Index in the reference at which the piece begins. */
  index: number;
  /** Power of the difference as a share of the piece's power: 0 for the very same sound. */
  misfit: number;
}

/**
 * Finds a piece of sound in a longer reference at the same rate, sample by sample. Compares loudness too, so
 * that a tone which swells is found at the right one of its waves. Undefined for silence.
 */
export function findSound(piece: Float32Array, reference: Float32Array): Match | undefined {
  let power = 0;
  for (const sample of piece) power += sample * sample;
  if (power < piece.length * 1e-8) return;
  let best: Match | undefined;
  for (let index = 0; index + piece.length <= reference.length; index++) {
    let difference = 0;
    const most = (best?.misfit ?? Number.POSITIVE_INFINITY) * power;
    // What is already worse need not be summed up to its end.
    for (let n = 0; n < piece.length && difference < most; n++) {
      difference += (piece[n]! - reference[index + n]!) ** 2;
    }
    if (difference < most) best = { index, misfit: difference / power };
  }
  return best;
}

/** The same sound at another rate, by straight lines between samples: good enough to recognise it. */
export function resample(sound: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return sound;
  const length = Math.floor(((sound.length - 1) * to) / from) + 1;
  return Float32Array.from({ length }, (_, index) => {
    const place = (index * from) / to;
    const left = Math.floor(place);
    const right = Math.min(left + 1, sound.length - 1);
    return sound[left]! + (sound[right]! - sound[left]!) * (place - left);
  });
}
