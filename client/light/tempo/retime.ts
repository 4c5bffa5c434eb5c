import { BAR_BEATS } from "./bars.ts";
import type { TrackedBeats } from "./beat-tracker.ts";
import type { Section } from "./sections.ts";

/** The same rhythm at twice the tempo: a beat more in the middle between two. */
export function doubled({ beats, sections }: TrackedBeats): TrackedBeats {
  return retimed(sections, (section, times) => {
    for (let n = section.firstBeat; n < section.endBeat; n++) {
      const period = 60_000 / section.bpm;
      const next = n + 1 < section.endBeat ? beats[n + 1]! : beats[n]! + period;
      times.push(beats[n]!, (beats[n]! + next) / 2);
    }
    // A bar of the old tempo is two of the new one.
    return { bpm: section.bpm * 2, barOffset: (section.barOffset * 2) % BAR_BEATS };
  });
}

/** The same rhythm at half the tempo: every second beat, and those that begin bars. */
export function halved({ beats, sections }: TrackedBeats): TrackedBeats {
  return retimed(sections, (section, times) => {
    const first = section.firstBeat + (section.barOffset % 2);
    for (let n = first; n < section.endBeat; n += 2) times.push(beats[n]!);
    return { bpm: section.bpm / 2, barOffset: section.barOffset >> 1 };
  });
}

/** Makes new beats for each section, and counts them. */
function retimed(
  sections: readonly Section[],
  retime: (section: Section, times: number[]) => Pick<Section, "bpm" | "barOffset">,
): TrackedBeats {
  const times: number[] = [];
  const retimedSections = sections.map((section) => {
    const firstBeat = times.length;
    const changed = retime(section, times);
    return { ...section, ...changed, firstBeat, endBeat: times.length };
  });
  return { beats: times, sections: retimedSections };
}
