import { useSignal } from "@preact/signals";
import type { BandHz } from "#protocol/wall.ts";
import { BANDS, type BandName, HIGHEST_HZ, LOWEST_HZ, nameOfBand, validBand } from "../../light/band.ts";
import { BAND_LABELS } from "../../light/band-text.ts";
import { TypedField } from "../ui/typed-field.tsx";

/** The option for a band with limits of its own; no preset has this name. */
const CUSTOM = "custom";

interface BandFieldProps {
  /** null if the rule decides. */
  band: BandHz | null;
  onChange(band: BandHz | null): void;
}

/** Chooses the band of a screen: by the rule, one of the presets, or any limits in hertz. */
export function BandField({ band, onChange }: BandFieldProps) {
  const custom = useSignal(false);
  const name = band && nameOfBand(band);
  const isCustom = custom.value || (band !== null && name === undefined);
  const choose = (chosen: string) => {
    custom.value = chosen === CUSTOM;
    if (custom.value) onChange(band ?? BANDS.all);
    else onChange(BANDS[chosen as BandName] ?? null);
  };
  return (
    <>
      <label class="field">
        <span class="small quiet">Band</span>
        <select
          value={isCustom ? CUSTOM : (name ?? "")}
          onChange={(event) => choose(event.currentTarget.value)}
          data-testid="band"
        >
          <option value="">As the wall deals it</option>
          {(Object.keys(BANDS) as BandName[]).map((preset) => (
            <option key={preset} value={preset}>
              {BAND_LABELS[preset]} ({limitsText(BANDS[preset])})
            </option>
          ))}
          <option value={CUSTOM}>From – to …</option>
        </select>
      </label>
      {isCustom && band && (
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

/** The limits of a preset as short text: "60–250 Hz", "2–4 kHz". */
function limitsText({ low, high }: BandHz): string {
  return low < 1_000 ? `${low}–${high} Hz` : `${low / 1_000}–${high / 1_000} kHz`;
}

interface HertzProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

/** A field for a frequency. A value out of bounds is corrected; one that is no number is ignored. */
function Hertz({ label, value, onChange }: HertzProps) {
  return (
    <TypedField
      type="number"
      aria-label={`${label}, in hertz`}
      min={LOWEST_HZ}
      max={HIGHEST_HZ}
      step="any"
      value={value}
      onCommit={({ valueAsNumber: typed }) => {
        if (!Number.isNaN(typed)) onChange(typed);
      }}
      data-testid={`band-${label.toLowerCase()}`}
    />
  );
}
