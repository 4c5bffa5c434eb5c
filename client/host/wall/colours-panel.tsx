import { OWN_PALETTE, type Show } from "#protocol/wall.ts";
import { ENERGY_MAX, ENERGY_MIN } from "#protocol/wall-choices.ts";
import { namedPalette, type Palette, type PaletteName, paletteOf } from "../../light/colour.ts";
import { coloursPanel } from "../../words/en/colours.ts";
import { paletteNames } from "../../words/en/light.ts";
import { numberText } from "../../words/units.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Slider } from "../ui/controls.tsx";
import { PaletteEditor } from "./palette-editor.tsx";
import { strip } from "./palette-strip.ts";

/** The colours of all screens, and how much the light moves. */
export function ColoursPanel({ broadcast }: { broadcast: HostBroadcast }) {
  const t = coloursPanel();
  const show = broadcast.wall.show.value;
  const set = (change: Partial<Show>) => broadcast.wall.setShow(change);
  const names = Object.keys(paletteNames.english) as PaletteName[];
  return (
    <section class="choices" aria-labelledby="colours">
      <h2 id="colours" class="small quiet">
        {t.colours}
      </h2>
      <div class="swatches">
        {names.map((name) => (
          <Swatch
            key={name}
            name={name}
            label={paletteNames()[name]}
            palette={namedPalette(name)}
            isChosen={show.palette === name}
            onChoose={() => set({ palette: name })}
          />
        ))}
        <Swatch
          name={OWN_PALETTE}
          label={t.own}
          palette={paletteOf({ ...show, palette: OWN_PALETTE })}
          isChosen={show.palette === OWN_PALETTE}
          onChoose={() => set({ palette: OWN_PALETTE })}
        />
        <Swatch
          name="each"
          label={t.each}
          palette={undefined}
          isChosen={show.palette === null}
          onChoose={() => set({ palette: null })}
        />
      </div>
      {show.palette === OWN_PALETTE && <PaletteEditor show={show} onChange={(colours) => set({ colours })} />}
      <Slider
        label={t.energy}
        min={ENERGY_MIN}
        max={ENERGY_MAX}
        step={0.05}
        value={show.energy}
        text={energyText(show.energy)}
        onChange={(energy) => set({ energy })}
        testid="energy"
      />
    </section>
  );
}

interface SwatchProps {
  name: string;
  label: string;
  /** undefined where each screen has its own. */
  palette: Palette | undefined;
  isChosen: boolean;
  onChoose(): void;
}

function Swatch({ name, label, palette, isChosen, onChoose }: SwatchProps) {
  return (
    <button
      type="button"
      class="swatch"
      title={label}
      aria-pressed={isChosen}
      onClick={onChoose}
      data-testid={`palette-${name}`}
    >
      <span class="strip" style={palette && { background: strip(palette) }} />
      <span class="small">{label}</span>
    </button>
  );
}

/** How light with an energy moves, in a word. */
function energyText(energy: number): string {
  const { calm, usual, wild } = coloursPanel();
  const text = energy < 0.7 ? calm : energy > 1.3 ? wild : usual;
  return text({ energy: numberText(energy, 2) });
}
