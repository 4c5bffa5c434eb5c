/**
 * What browsers hand to the audio graph at a time, ms. Where it comes too late the graph goes on with
 * nothing, and all after it is heard so much later.
 */
const BEAT_MS = 10;
/** The shortest nothing that counts, in beats: its edges are blurred. */
const LEAST = 0.6;
/** How loud sound must be on either side, and how near, in samples: fading music ends in nothing, too. */
const LOUD = 0.000_3;
const NEAR = 64;

/**
 * Finds the beats that the audio graph has missed in what it has rendered: nothing at all, in the midst of
 * sound.
 */
export class Gaps {
  /** The graph's time up to which all is counted, ms. */
  #countedTo = Number.NEGATIVE_INFINITY;

  /**
   * @param samples the newest that the graph has rendered; call it before any has gone by unseen
   * @param rate of the samples, Hz
   * @param renderedMs how much the graph has rendered with them, ms
   * @returns how much is missing that was not there the last time, ms
   */
  look(samples: Float32Array, rate: number, renderedMs: number): number {
    const beat = (rate * BEAT_MS) / 1_000;
    const stride = Math.floor((LEAST * beat) / 2);
    let missing = 0;
    for (let n = 0; n < samples.length; n += stride) {
      if (samples[n] !== 0) continue;
      let [first, end] = [n, n];
      while (samples[first - 1] === 0) first--;
      while (samples[end] === 0) end++;
      n = Math.max(end, n);
      if (end - first < LEAST * beat || !isLoud(samples, first - NEAR) || !isLoud(samples, end)) continue;
      const endMs = renderedMs - ((samples.length - end) / rate) * 1_000;
      // The graph's time and its samples are not read in the very same moment.
      if (endMs < this.#countedTo + BEAT_MS / 2) continue;
      this.#countedTo = endMs;
      missing += Math.round((end - first) / beat) * BEAT_MS;
    }
    return missing;
  }

  /**
   * Counts what is missing after this time of the graph, ms: its time begins anew, or all before is known.
   */
  reset(from = Number.NEGATIVE_INFINITY): void {
    this.#countedTo = from;
  }
}

/** Whether there is sound in some samples from here on, all of which must be there. */
function isLoud(samples: Float32Array, from: number): boolean {
  if (from < 0 || from + NEAR > samples.length) return false;
  return samples.subarray(from, from + NEAR).some((sample) => Math.abs(sample) > LOUD);
}
