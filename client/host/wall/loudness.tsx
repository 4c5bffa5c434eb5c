import type { Show, Weighting } from "#protocol/wall.ts";
import { GAIN_MAX_DB, GAIN_MIN_DB } from "#protocol/wall-choices.ts";
import { showPanel, weightingChoices } from "../../words/en/show.ts";
import { decibelsText } from "../../words/units.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup, Slider } from "../ui/controls.tsx";

/** What is dark and what is bright: as the song needs it, or by hand. */
export function Loudness({ broadcast }: { broadcast: HostBroadcast }) {
  const t = showPanel();
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
        <span class="small">{t.wholeRange}</span>
      </label>
      {!isAuto && (
        <>
          <Slider
            label={t.gain}
            min={GAIN_MIN_DB}
            max={GAIN_MAX_DB}
            step={1}
            value={gainDb}
            text={decibelsText(gainDb)}
            onChange={(value) => set({ gainDb: value })}
            testid="gain"
          />
          <ChoiceGroup
            label={t.highNotes}
            value={weighting}
            options={weightingChoices()}
            onChoose={(chosen) => set({ weighting: chosen as Weighting })}
            testid="weighting"
          />
        </>
      )}
    </>
  );
}
