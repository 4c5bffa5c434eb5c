import { useSignal } from "@preact/signals";
import type { BandHz } from "#protocol/wall.ts";
import {
  BAND_LABELS,
  BANDS,
  type BandName,
  HIGHEST_HZ,
  LOWEST_HZ,
  nameOfBand,
  validBand,
} from "../../light/band.ts";

/** Neither a preset's name nor the rule. */
const BY_HAND = "by hand";

interface BandFieldProps {
  /** null lets the rule decide. */
  band: BandHz | null;
  onChange(band: BandHz | null): void;
}

/** Which band a screen shows: as the rule says, one of the presets, or from any frequency to any other. */
export function BandField({ band, onChange }: BandFieldProps) {
  const byHand = useSignal(false);
  const name = band && nameOfBand(band);
  const isByHand = byHand.value || (band !== null && name === undefined);
  const choose = (chosen: string) => {
    byHand.value = chosen === BY_HAND;
    if (byHand.value) onChange(band ?? BANDS.all);
    else onChange(BANDS[chosen as BandName] ?? null);
  };
  return (
    <>
      <label class="field">
        <span class="small quiet">Band</span>
        <select
          value={isByHand ? BY_HAND : (name ?? "")}
          onChange={(event) => choose(event.currentTarget.value)}
          data-testid="band"
        >
          <option value="">As the rule says</option>
          {(Object.keys(BANDS) as BandName[]).map((preset) => (
            <option key={preset} value={preset}>
              {BAND_LABELS[preset]} ({BANDS[preset].low}–{BANDS[preset].high} Hz)
            </option>
          ))}
          <option value={BY_HAND}>From – to …</option>
        </select>
      </label>
      {isByHand && band && (
        <div class="field">
          <span class="small quiet">Hz</span>
          <span class="sizes">
            <Hertz label="From" value={band.low} onChange={(low) => onChange(validBand({ ...band, low }))} />–
            <Hertz label="To" value={band.high} onChange={(high) => onChange(validBand({ ...band, high }))} />
          </span>
        </div>
      )}
    </>
  );
}

interface HertzProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

/** What is out of bounds comes back put right; what is no number changes nothing. */
function Hertz({ label, value, onChange }: HertzProps) {
  return (
    <input
      type="number"
      aria-label={`${label}, in hertz`}
      min={LOWEST_HZ}
      max={HIGHEST_HZ}
      step="any"
      value={value}
      onChange={(event) => {
        const typed = event.currentTarget.valueAsNumber;
        if (Number.isNaN(typed)) event.currentTarget.valueAsNumber = value;
        else onChange(typed);
      }}
      data-testid={`band-${label.toLowerCase()}`}
    />
  );
}
