import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { Slider } from "../ui/controls.tsx";

/** Steps of the slider of the wall delay: 60 ms to 2 s. */
const DELAY = { min: 60, max: 2_000, step: 10 };

/**
 * How well the screens keep time, how long all of them wait for the slowest, and what can be done about it.
 */
export function TimingPanel({ song, broadcast }: { song: Song; broadcast: HostBroadcast }) {
  const delay = broadcast.timing.value?.delay;
  const sync = broadcast.stats.value?.sync;
  const late = sync?.latenessMs ?? 0;
  return (
    <section class="timing" aria-label="TimingPanel">
      <dl>
        <Fact name="Wall delay" value={ms(delay?.to)} testid="wall-delay" />
        <Fact name="Slowest screen needs" value={ms(sync?.neededMs)} testid="needed" />
        <Fact name="Latest light" value={late > 0 ? `${ms(late)} late` : "in time"} testid="lateness" />
        <Fact name="Clocks within" value={ms(sync?.clockErrorMs)} testid="clock-error" />
        <Fact name="Dated exactly" value={sync ? `${sync.exact} of ${sync.reporting}` : "–"} testid="exact" />
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={delay?.auto ?? true}
          onChange={(event) => broadcast.setDelay(event.currentTarget.checked ? null : (delay?.to ?? null))}
          data-testid="delay-auto"
        />
        <span class="small">Wait as long as screens need</span>
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
        label="Sound here"
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

function Fact({ name, value, testid }: { name: string; value: string; testid: string }) {
  return (
    <div>
      <dt class="quiet">{name}</dt>
      <dd data-testid={testid}>{value}</dd>
    </div>
  );
}

function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return `${value < 10 && value > 0 ? value.toFixed(1) : Math.round(value)} ms`;
}
