import { timing, timingFigureMeanings, timingFigures } from "../../words/en/timing.ts";
import { units } from "../../words/en/units.ts";
import { millisecondsText, numberText, signedText, tenthsText } from "../../words/units.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { Fact, Slider } from "../ui/controls.tsx";
import { SOUND_TRIM_MAX_MS } from "../ui/settings.ts";
import { ListenOnce } from "./listen-once.tsx";

/** The slider of the wall delay, ms. */
const DELAY = { min: 60, max: 2_000, step: 10 };
/** How much more than needed is set, as the time to the server varies, ms. */
const DELAY_MARGIN_MS = 50;

/** Shows how well the screens keep time, and sets the wall delay and the delay of this computer's sound. */
export function TimingPanel({ song, broadcast }: { song: Song; broadcast: HostBroadcast }) {
  const [t, names, meanings] = [timing(), timingFigures(), timingFigureMeanings()];
  const delay = broadcast.timing.value?.delay;
  const sync = broadcast.stats.value?.sync;
  const late = sync?.latenessMs ?? 0;
  const exact = sync ? t.exactOf({ exact: sync.exact, all: sync.reporting }) : "–";
  return (
    <section class="timing" aria-label={t.timing}>
      <dl>
        <Fact
          name={names.delay}
          meaning={meanings.delay}
          value={measuredText(delay?.to)}
          testid="wall-delay"
        />
        <Fact
          name={names.needed}
          meaning={meanings.needed}
          value={measuredText(sync?.neededMs)}
          testid="needed"
        />
        <Fact
          name={names.lateness}
          meaning={meanings.lateness}
          value={late > 0 ? t.late({ time: measuredText(late) }) : t.inTime}
          testid="lateness"
        />
        <Fact
          name={names.clocks}
          meaning={meanings.clocks}
          value={measuredText(sync?.clockErrorMs)}
          testid="clock-error"
        />
        <Fact name={names.exact} meaning={meanings.exact} value={exact} testid="exact" />
        {sync && sync.outOfStep > 0 && (
          <Fact
            name={names.outOfStep}
            meaning={meanings.outOfStep}
            value={numberText(sync.outOfStep)}
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
        <span class="small">{t.automatically}</span>
      </label>
      {delay && !delay.auto && (
        <Slider
          label={t.wallDelay}
          {...DELAY}
          value={delay.to}
          text={measuredText(delay.to)}
          onChange={(value) => broadcast.setDelay(value)}
          testid="delay"
        />
      )}
      <Slider
        label={t.soundDelay}
        min={-SOUND_TRIM_MAX_MS}
        max={SOUND_TRIM_MAX_MS}
        step={5}
        value={song.settings.soundTrim.value}
        text={units().milliseconds({ number: signedText(song.settings.soundTrim.value) })}
        onChange={(value) => {
          song.settings.soundTrim.value = value;
        }}
        testid="sound-trim"
      />
      <ListenOnce song={song} />
      {delay && song.lackingMs.value > 0 && <Lacking song={song} broadcast={broadcast} delayMs={delay.to} />}
      <button type="button" onClick={() => broadcast.flashTest()} data-testid="flash-test">
        {t.flash}
      </button>
    </section>
  );
}

interface LackingProps {
  song: Song;
  broadcast: HostBroadcast;
  delayMs: number;
}

/** Says that the light must wait longer for a loudspeaker that is this late, and offers to let it. */
function Lacking({ song, broadcast, delayMs }: LackingProps) {
  const t = timing();
  const neededMs = delayMs + song.lackingMs.value;
  const leftMs = neededMs - DELAY.max;
  const raise = () => {
    broadcast.setDelay(Math.min(neededMs + DELAY_MARGIN_MS, DELAY.max));
    // The button goes, and the focus with it.
    document.querySelector<HTMLElement>("[data-testid=sound-trim]")?.focus();
  };
  return (
    <p class="small" role="status" data-testid="lacking">
      {leftMs > 0
        ? t.tooEarly({ most: millisecondsText(DELAY.max), left: millisecondsText(leftMs) })
        : t.raiseDelay({ time: millisecondsText(neededMs) })}{" "}
      {delayMs < DELAY.max && (
        <button type="button" class="small" onClick={raise} data-testid="raise-delay">
          {t.raise}
        </button>
      )}
    </p>
  );
}

/** A measured time, ms: with one decimal if it is short. */
function measuredText(value: number | null | undefined): string {
  return value && value > 0 && value < 10
    ? units().milliseconds({ number: tenthsText(value) })
    : millisecondsText(value);
}
