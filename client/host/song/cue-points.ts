/** A mark that is no further away is the one that is meant, s. */
const NEAR_S = 0.75;

/** The mark at a place of a song, s; undefined if there is none. */
export function cueAt(cues: readonly number[], seconds: number): number | undefined {
  return cues.find((cue) => Math.abs(cue - seconds) < NEAR_S);
}

/** Sets a mark at a place of a song, or takes the one that is there away. */
export function toggledCues(cues: readonly number[], seconds: number): readonly number[] {
  const here = cueAt(cues, seconds);
  if (here !== undefined) return cues.filter((cue) => cue !== here);
  return [...cues, seconds].sort((a, b) => a - b);
}
