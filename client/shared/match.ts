/** Where a piece of sound was found. */
export interface Match {
  /** Index in the reference at which the piece begins. */
  index: number;
  /** Power of the difference as a share of the piece's power: 0 for the very same sound. */
  misfit: number;
}

/** Mean power per sample below which there is silence: 80 dB below full scale. */
const SILENCE = 1e-8;
/**
 * A place further from the middle must fit this much better: a steady tone fits everywhere, and means the
 * nearest.
 */
const BETTER = 0.5;
/** Better by less than this share of the power is no better at all. */
const SAME = 1e-6;

/** Whether there is nothing to be found. */
export function isSilent(sound: Float32Array): boolean {
  return powerOf(sound) < sound.length * SILENCE;
}

/**
 * Finds a piece of sound in a longer reference at the same rate, sample by sample, looking from the middle of
 * the reference outwards. Compares loudness too, so that a tone which swells is found at the right one of its
 * waves.
 * @param misfitMax what fits no better is another sound; the lower, the sooner that is known
 * @returns undefined where it is not, and for silence
 */
export function findSound(
  piece: Float32Array,
  reference: Float32Array,
  misfitMax: number,
): Match | undefined {
  if (isSilent(piece)) return;
  const power = powerOf(piece);
  const places = reference.length - piece.length + 1;
  let index = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < places; n++) {
    // The middle, then one to the left of it, one to the right, two to the left …
    const place = (places >> 1) + (n % 2 === 0 ? n / 2 : -(n + 1) / 2);
    if (place < 0 || place >= places) continue;
    const most = Math.min(least * BETTER, least - SAME * power, misfitMax * power);
    const difference = differenceAt(piece, reference, place, most);
    if (difference < most) [index, least] = [place, difference];
  }
  if (index < 0) return;
  // What lies next to it may fit a little better.
  for (const step of [-1, 1]) {
    for (;;) {
      const place = index + step;
      if (place < 0 || place >= places) break;
      const difference = differenceAt(piece, reference, place, least);
      if (difference >= least) break;
      [index, least] = [place, difference];
    }
  }
  return { index, misfit: least / power };
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

function powerOf(sound: Float32Array): number {
  let power = 0;
  for (const sample of sound) power += sample * sample;
  return power;
}

/** Power of the difference; what is already `most` need not be summed up to its end. */
function differenceAt(piece: Float32Array, reference: Float32Array, place: number, most: number): number {
  let difference = 0;
  for (let n = 0; n < piece.length && difference < most; n++) {
    difference += (piece[n]! - reference[place + n]!) ** 2;
  }
  return difference;
}
