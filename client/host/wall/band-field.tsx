import { useSignal } from "@preact/signals";
import type { BandHz } from "#protocol/wall.ts";
import { BANDS, type BandName, HIGHEST_HZ, LOWEST_HZ, nameOfBand, validBand } from "../../light/band.ts";
import { bandNames } from "../../words/en/light.ts";
import { bandChoice } from "../../words/en/popover.ts";
import { measureText } from "../../words/units.ts";
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
  const t = bandChoice();
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
        <span class="small quiet">{t.band}</span>
        <select
          value={isCustom ? CUSTOM : (name ?? "")}
          onChange={(event) => choose(event.currentTarget.value)}
          data-testid="band"
        >
          <option value="">{t.asDealt}</option>
          {(Object.keys(BANDS) as BandName[]).map((preset) => (
            <option key={preset} value={preset}>
              {presetText(preset)}
            </option>
          ))}
          <option value={CUSTOM}>{t.custom}</option>
        </select>
      </label>
      {isCustom && band && (
        <div class="field">
          <span class="small quiet">{t.hertz}</span>
          <span class="sizes">
            <Hertz
              label={t.from}
              value={band.low}
              onChange={(low) => onChange(validBand({ ...band, low }))}
              testid="band-from"
            />
            –
            <Hertz
              label={t.to}
              value={band.high}
              onChange={(high) => onChange(validBand({ ...band, high }))}
              testid="band-to"
            />
          </span>
        </div>
      )}
    </>
  );
}

/** A preset with its limits: "Bass (60–250 Hz)", "High mids (2–4 kHz)". */
function presetText(preset: BandName): string {
  const { low, high } = BANDS[preset];
  const { inHertz, inKilohertz } = bandChoice();
  const [text, unit] = low < 1_000 ? [inHertz, 1] : [inKilohertz, 1_000];
  return text({ band: bandNames()[preset], low: measureText(low / unit), high: measureText(high / unit) });
}

interface HertzProps {
  label: string;
  value: number;
  onChange(value: number): void;
  testid: string;
}

/** A field for a frequency. A value out of bounds is corrected; one that is no number is ignored. */
function Hertz({ label, value, onChange, testid }: HertzProps) {
  return (
    <TypedField
      type="number"
      aria-label={label}
      min={LOWEST_HZ}
      max={HIGHEST_HZ}
      step="any"
      value={value}
      onCommit={({ valueAsNumber: typed }) => {
        if (!Number.isNaN(typed)) onChange(typed);
      }}
      data-testid={testid}
    />
  );
}
