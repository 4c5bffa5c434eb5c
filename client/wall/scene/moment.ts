import type { Pattern } from "#protocol/wall.ts";
import type { BandLevels } from "../../light/band-levels.ts";
import { hasBeats, lagOf, levelOf } from "../../light/patterns.ts";
import type { Stage } from "./stage.ts";

/** What all screens know alike when they paint: the time, what was heard up to it, and how the wall moves. */
export interface SceneMoment {
  stage: Stage;
  pattern: Pattern;
  /** The wall clock, ms. */
  wall: number;
  /** At the media time that is painted. */
  bank: BandLevels;
  /** How long before what is painted there were beats, ms, the last one last. */
  beats: readonly number[];
}

/**
 * The level of a band at a point of the scene, as the wall's pattern has it: 0..1.
 * @param band 0 for the lowest to 1 for the highest
 * @param ago how long before what is painted, ms
 */
export function levelAt(moment: SceneMoment, band: number, x: number, y: number, ago = 0): number {
  const { stage, pattern, bank, wall } = moment;
  const place = {
    x: x / stage.ratio,
    y,
    columns: stage.columns,
    rows: 1,
    column: 0,
    row: 0,
    distance: Math.hypot((x - stage.origin.x) / stage.ratio, y - stage.origin.y),
  };
  if (hasBeats(pattern)) {
    const sinceBeat = sinceBeatAt(moment, ago + lagOf(pattern, place));
    return levelOf(pattern, place, { level: 0, sinceBeat, wall });
  }
  const level = pattern === "unison" ? bank.whole(ago) : bank.level(band, ago);
  return levelOf(pattern, place, { level, sinceBeat: 0, wall });
}

function sinceBeatAt({ beats }: SceneMoment, ago: number): number {
  const last = beats.findLast((beat) => beat >= ago);
  return last === undefined ? Number.POSITIVE_INFINITY : last - ago;
}
