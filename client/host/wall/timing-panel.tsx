import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { Fact, Slider } from "../ui/controls.tsx";

/** The slider of the wall delay, ms. */
const DELAY = { min: 60, max: 2_000, step: 10 };

/** What the figures mean, shown by a pointer that rests on them. */
const MEANINGS = {
  delay:
    "How long after a moment of the song has reached the server all screens paint it. " +
    "It gives slow networks time to deliver.",
  needed: "The shortest wall delay with which every screen has the sound in time.",
  lateness: "How late the slowest screen paints its light.",
  clocks: "The largest possible error of a screen's estimate of the server's clock.",
  exact:
    "Screens that have measured exactly which moment of the song they show. The others estimate it, " +
    "and may be some milliseconds early or late.",
  outOfStep:
    "Screens that are trimmed by more than 30 ms, or whose clock is not known to 50 ms. " +
    "While flashes are limited over the whole wall, they glow and do not flash.",
};

/** Shows how well the screens keep time, and sets the wall delay and the delay of this computer's sound. */
export function TimingPanel({ song, broadcast }: { song: Song; broadcast: HostBroadcast }) {
  const delay = broadcast.timing.value?.delay;
  const sync = broadcast.stats.value?.sync;
  const late = sync?.latenessMs ?? 0;
  const exact = sync ? `${sync.exact} of ${sync.reporting}` : "–";
  return (
    <section class="timing" aria-label="Timing">
      <dl>
        <Fact name="Wall delay" meaning={MEANINGS.delay} value={ms(delay?.to)} testid="wall-delay" />
        <Fact name="Delay needed" meaning={MEANINGS.needed} value={ms(sync?.neededMs)} testid="needed" />
        <Fact
          name="Slowest screen"
          meaning={MEANINGS.lateness}
          value={late > 0 ? `${ms(late)} late` : "in time"}
          testid="lateness"
        />
        <Fact
          name="Clocks agree within"
          meaning={MEANINGS.clocks}
          value={ms(sync?.clockErrorMs)}
          testid="clock-error"
        />
        <Fact name="Exactly timed screens" meaning={MEANINGS.exact} value={exact} testid="exact" />
        {sync && sync.outOfStep > 0 && (
          <Fact
            name="Out of step, only glowing"
            meaning={MEANINGS.outOfStep}
            value={String(sync.outOfStep)}
            testid="out-of-step"
          />
        )}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={delay?.auto ?? true}
          onChange={(event) => broadcast.setDelay(event.currentTarget.checked ? null : (delay?.to ?? null))}
          data-testid="delay-auto"
        />
        <span class="small">Set the wall delay automatically</span>
      </label>
      {delay && !delay.auto && (
        <Slider
          label="Wall delay"
          {...DELAY}
          value={delay.to}
          text={ms(delay.to)}
          onChange={(value) => broadcast.setDelay(value)}
          testid="delay"
        />
      )}
      <Slider
        label="Delay of this computer's sound"
        min={-300}
        max={300}
        step={5}
        value={song.soundTrimMs.value}
        text={`${song.soundTrimMs.value > 0 ? "+" : ""}${ms(song.soundTrimMs.value)}`}
        onChange={(value) => {
          song.soundTrimMs.value = value;
        }}
        testid="sound-trim"
      />
      <button type="button" onClick={() => broadcast.flashTest()} data-testid="flash-test">
        Flash all screens
      </button>
    </section>
  );
}

function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return `${value < 10 && value > 0 ? value.toFixed(1) : Math.round(value)} ms`;
}
