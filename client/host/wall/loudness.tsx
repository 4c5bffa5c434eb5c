import type { Show, Weighting } from "#protocol/wall.ts";
import { GAIN_MAX_DB, GAIN_MIN_DB } from "#protocol/wall-choices.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup, Slider } from "../ui/controls.tsx";

const WEIGHTING_LABELS: Record<Weighting, string> = {
  pink: "As bright as bass",
  a: "As the ear hears them",
  none: "As in the file",
};

/** What is dark and what is bright: as the song needs it, or by hand. */
export function Loudness({ broadcast }: { broadcast: HostBroadcast }) {
  const { wall } = broadcast;
  const { weighting, gainDb } = wall.show.value;
  const set = (change: Partial<Show>) => wall.setShow(change);
  const isAuto = gainDb === null;
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={isAuto}
          onChange={() => set({ gainDb: isAuto ? 0 : null })}
          data-testid="gain-auto"
        />
        <span class="small">Use the whole range from dark to bright in every band of the song</span>
      </label>
      {!isAuto && (
        <>
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
          <ChoiceGroup
            label="High notes"
            value={weighting}
            options={WEIGHTING_LABELS}
            onChoose={(chosen) => set({ weighting: chosen as Weighting })}
            testid="weighting"
          />
        </>
      )}
    </>
  );
}

function decibels(value: number): string {
  return `${value > 0 ? "+" : ""}${Math.round(value)} dB`;
}
