import { useSignal } from "@preact/signals";
import { timing } from "../../words/en/timing.ts";
import { millisecondsText } from "../../words/units.ts";
import { listenOnce } from "../song/listen-once.ts";
import type { Song } from "../song/song.ts";
import { SongProblem } from "../song/song-problem.ts";
import { SOUND_TRIM_MAX_MS } from "../ui/settings.ts";

/** The step of the trim that is set, ms: a microphone is not more exact. */
const STEP_MS = 5;

/** Measures by the microphone how late the loudspeaker is, and sets the trim by it. */
export function ListenOnce({ song }: { song: Song }) {
  const t = timing();
  const isListening = useSignal(false);
  const told = useSignal("");
  const listen = async () => {
    if (isListening.peek()) return;
    song.pause();
    isListening.value = true;
    told.value = "";
    try {
      const lateMs = Math.round((await listenOnce(song.output)) / STEP_MS) * STEP_MS;
      song.settings.soundTrim.value = Math.min(Math.max(-lateMs, -SOUND_TRIM_MAX_MS), SOUND_TRIM_MAX_MS);
      told.value = t.heardLate({ time: millisecondsText(lateMs) });
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
      told.value = error.message;
    } finally {
      isListening.value = false;
    }
  };
  return (
    <>
      <button type="button" aria-disabled={isListening.value} onClick={listen} data-testid="listen-once">
        {isListening.value ? t.listening : t.listenOnce}
      </button>
      <p class="small quiet" role="status" data-testid="listened">
        {told.value || t.listenMeaning}
      </p>
    </>
  );
}
