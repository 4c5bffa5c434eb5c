import { BANDS } from "../../../client/light/band.ts";
import { fixedSpans } from "../../../client/light/level.ts";
import { levelIn } from "../../../client/light/light-map.ts";
import { RTP_PER_MS } from "../../../server/protocol/timing.ts";
import type { EarLog } from "../../support/watch-ear.ts";

/** Beats within this of each other are the same: less than a sample of sound. */
const SAME_BEAT_MS = 0.02;
/** Beats closer to each other than this are the same beat at different times. */
const NEAR_BEAT_MS = 60;

const SPANS = fixedSpans(0);

/** How far two pages hear the same levels. */
export interface Levels {
  /** Moments that both have. */
  shared: number;
  /** Moments that only the reference, or only the other, has. */
  onlyReference: number;
  onlyOther: number;
  /** Greatest difference of a level 0..1, with its band and media time in ms. */
  most: { away: number; band: string; media: number };
  /** Moments at which a band's level differs by more than the limit. */
  outside: number;
}

/** How far two pages find the same beats. */
export interface FoundBeats {
  /** Beats of both at the same RTP time, and at times that differ. */
  same: number;
  shifted: number;
  /** Beats that only the reference, or only the other, has found. */
  onlyReference: number;
  onlyOther: number;
}

/**
 * Compares the levels of all bands at the moments between two media times.
 * @param bands their names, in the order of the log's powers
 * @param limit of what counts as equal, 0..1
 */
export function compareLevels(
  reference: EarLog,
  other: EarLog,
  { from, until }: { from: number; until: number },
  bands: readonly string[],
  limit: number,
): Levels {
  const inTime = ({ heard }: EarLog) => heard.filter(([media]) => media >= from && media < until);
  const expected = new Map(inTime(reference).map(([media, , ...powers]) => [keyOf(media), powers]));
  const most = { away: 0, band: "", media: 0 };
  let [shared, onlyOther, outside] = [0, 0, 0];
  for (const [media, , ...powers] of inTime(other)) {
    const wanted = expected.get(keyOf(media));
    if (!wanted) {
      onlyOther += 1;
      continue;
    }
    shared += 1;
    const aways = powers.map((db, index) => Math.abs(levelOf(db) - levelOf(wanted[index]!)));
    const away = Math.max(...aways);
    if (away > limit) outside += 1;
    if (away > most.away) Object.assign(most, { away, band: bands[aways.indexOf(away)], media });
  }
  return { shared, onlyReference: expected.size - shared, onlyOther, most, outside };
}

/** Compares the beats between two media times. */
export function compareBeats(
  reference: EarLog,
  other: EarLog,
  { from, until }: { from: number; until: number },
): FoundBeats {
  const inTime = ({ beats }: EarLog) => beats.filter((beat) => beat >= from && beat < until);
  const [expected, found] = [inTime(reference), inTime(other)];
  const near = (beats: readonly number[], beat: number, ms: number) =>
    beats.some((one) => Math.abs(one - beat) <= ms);
  const same = found.filter((beat) => near(expected, beat, SAME_BEAT_MS)).length;
  const known = found.filter((beat) => near(expected, beat, NEAR_BEAT_MS)).length;
  return {
    same,
    shifted: known - same,
    onlyReference: expected.filter((beat) => !near(found, beat, NEAR_BEAT_MS)).length,
    onlyOther: found.length - known,
  };
}

/** The level 0..1 of a band, from the power of its bins in dB. */
function levelOf(db: number): number {
  return levelIn(SPANS.spanOf(BANDS.all, 0), db);
}

/** Media times of the same moment differ in rounding only. */
function keyOf(media: number): number {
  return Math.round(media * RTP_PER_MS);
}
