import {
  ENERGY_MAX,
  ENERGY_MIN,
  type Mode,
  OWN_PALETTE,
  type Pattern,
  type Rule,
  type Show,
} from "#protocol/wall.ts";
import { PALETTE_LABELS } from "../../light/palette-labels.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup, Slider } from "../ui/controls.tsx";
import { HandControls } from "./hand.tsx";
import { Loudness } from "./loudness.tsx";
import { PaletteEditor } from "./palette-editor.tsx";
import { StencilPanel } from "./stencil/stencil-panel.tsx";

const MODE_LABELS: Record<Mode, string> = {
  solid: "Solid: one colour",
  bars: "Bars",
  rings: "Rings",
  particles: "Particles",
  flow: "Flow",
  stencil: "Words or logo",
};

const PATTERN_LABELS: Record<Pattern, string> = {
  bands: "Bands: one each",
  spectrum: "Spectrum: analyser",
  ripple: "Ripple: beat outward",
  sweep: "Sweep: light passes",
  unison: "Unison: all as one",
  beat: "Beat: all flash",
};

const RULE_LABELS: Record<Rule, string> = {
  rows: "Low to high, row by row",
  snake: "Low to high, in a snake",
  columns: "Low to high, by columns",
  own: "Each screen chooses",
  octaves: "An octave each",
  mirrored: "Low in the middle",
  same: "All the same",
  random: "At random",
};

/** The settings of all screens: look, pattern, bands, palette, loudness and the host's choices. */
export function ShowPanel({ broadcast }: { broadcast: HostBroadcast }) {
  const show = broadcast.wall.show.value;
  const set = (change: Partial<Show>) => broadcast.wall.setShow(change);
  return (
    <section class="choices" aria-labelledby="show">
      <h2 id="show" class="small quiet">
        All screens
      </h2>
      <ChoiceGroup
        label="Look"
        value={show.mode ?? ""}
        options={{ "": "Each screen chooses", ...MODE_LABELS }}
        onChoose={(mode) => set({ mode: (mode || null) as Mode | null })}
        testid="look"
      />
      {show.mode === "stencil" && <StencilPanel wall={broadcast.wall} />}
      <ChoiceGroup
        label="Pattern"
        value={show.pattern}
        options={PATTERN_LABELS}
        onChoose={(pattern) => set({ pattern: pattern as Pattern })}
        testid="pattern"
      />
      <Slider
        label="Energy"
        min={ENERGY_MIN}
        max={ENERGY_MAX}
        step={0.05}
        value={show.energy}
        text={energyText(show.energy)}
        onChange={(energy) => set({ energy })}
        testid="energy"
      />
      <ChoiceGroup
        label="Bands"
        value={show.rule}
        options={RULE_LABELS}
        onChoose={(rule) => set({ rule: rule as Rule })}
        testid="bands"
      />
      <label class="check">
        <input
          type="checkbox"
          checked={show.ownBands}
          onChange={(event) => set({ ownBands: event.currentTarget.checked })}
        />
        <span class="small">People may choose their own band</span>
      </label>
      <ChoiceGroup
        label="Palette"
        value={show.palette ?? ""}
        options={{ "": "Each screen chooses", [OWN_PALETTE]: "My colours", ...PALETTE_LABELS }}
        onChoose={(palette) => set({ palette: palette || null })}
        testid="palette"
      />
      {show.palette === OWN_PALETTE && <PaletteEditor show={show} onChange={(colours) => set({ colours })} />}
      <Loudness broadcast={broadcast} />
      <HandControls
        id="text"
        hand={show.hand}
        onChange={(change) => set({ hand: { ...show.hand, ...change } })}
      />
    </section>
  );
}

/** How light with an energy moves, in a word. */
function energyText(energy: number): string {
  const word = energy < 0.7 ? "calm" : energy > 1.3 ? "wild" : "as usual";
  return `${energy}, ${word}`;
}
