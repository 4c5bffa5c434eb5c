import { cues as cueWords } from "../../words/en/song.ts";
import { Icon } from "../ui/controls.tsx";
import { formatTime } from "../ui/format.ts";
import { cueAt } from "./cue-points.ts";
import type { Song } from "./song.ts";

/** The places that the host has marked in the song. A press goes there. */
export function Cues({ song }: { song: Song }) {
  const duration = song.duration.value;
  const cues = song.present.value?.cues ?? [];
  if (!(duration > 0) || cues.length === 0) return null;
  return (
    <div class="cues">
      {cues.map((cue) => (
        <button
          key={cue}
          type="button"
          style={{ "--at": cue / duration }}
          aria-label={cueWords().goTo({ time: formatTime(cue) })}
          title={cueWords().goTo({ time: formatTime(cue) })}
          onClick={() => song.seek(cue)}
          data-testid="cue"
        />
      ))}
    </div>
  );
}

/** Marks the present place of the song, or takes its mark away. */
export function CueButton({ song }: { song: Song }) {
  const t = cueWords();
  const isMarked = cueAt(song.present.value?.cues ?? [], song.time.value) !== undefined;
  return (
    <button
      type="button"
      class="switch"
      aria-label={t.mark}
      aria-pressed={isMarked}
      title={isMarked ? t.unmarkKey({ key: "C" }) : t.markKey({ key: "C" })}
      onClick={() => song.toggleCue()}
      data-testid="mark"
    >
      <Icon name="flag" />
    </button>
  );
}
