import { GAIN_MAX_DB, GAIN_MIN_DB, type Show, type Weighting } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup, Slider } from "../ui/controls.tsx";

const WEIGHTING_LABELS: Record<Weighting, string> = {
  pink: "Even, as music falls",
  a: "As the ear hears (A)",
  none: "As it is",
};

/** How loud sounds count: which frequencies weigh how much, and what a quiet song is raised by. */
export function Loudness({ broadcast }: { broadcast: HostBroadcast }) {
  const { wall } = broadcast;
  const { weighting, gainDb } = wall.show.value;
  const set = (change: Partial<Show>) => wall.setShow(change);
  const follows = gainDb === null;
  return (
    <>
      <ChoiceGroup
        label="Treble"
        value={weighting}
        options={WEIGHTING_LABELS}
        onChoose={(chosen) => set({ weighting: chosen as Weighting })}
        testid="weighting"
      />
      <label class="check">
        <input
          type="checkbox"
          checked={follows}
          onChange={() => set({ gainDb: follows ? Math.round(wall.gainDb.peek()) : null })}
          data-testid="gain-auto"
        />
        <span class="small">
          Quiet songs fill the range as loud ones do
          {follows && <span class="quiet"> ({decibels(wall.gainDb.value)})</span>}
        </span>
      </label>
      {!follows && (
        <Slider
          label="Gain"
          min={GAIN_MIN_DB}
          max={GAIN_MAX_DB}
          step={1}
          value={gainDb}
          text={decibels(gainDb)}
          onChange={(value) => set({ gainDb: value })}
          testid="gain"
        />
      )}
    </>
  );
}

function decibels(value: number): string {
  return `${value > 0 ? "+" : ""}${Math.round(value)} dB`;
}
