/** A moment of the grid: its media time in ms, and the power of all bins of its spectrum in dB. */
export type PowerPoint = readonly [media: number, db: number];

/**
 * Finds the media times at which a tone of one loudness begins and ends, ms, in their order. A spectrum is of
 * the middle of its window, and the window is symmetric: at an edge it has half of the tone's energy.
 */
export function edgesOf(points: readonly PowerPoint[]): number[] {
  const powers = points.map(([media, db]) => ({ media, power: 10 ** (db / 10) }));
  const sorted = powers.map(({ power }) => power).sort((a, b) => a - b);
  // Not the loudest, as an edge may ring; a tenth of all moments is loud at least.
  const half = sorted[Math.floor(sorted.length * 0.99)]! / 2;
  return powers.slice(1).flatMap((after, index) => {
    const before = powers[index]!;
    if (before.power < half === after.power < half) return [];
    const share = (half - before.power) / (after.power - before.power);
    return [before.media + (after.media - before.media) * share];
  });
}
