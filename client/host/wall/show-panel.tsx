import type { Mode, Pattern, Rule, Show } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { ChoiceGroup } from "../ui/controls.tsx";
import { bandsEffect } from "./effects.ts";
import { Loudness } from "./loudness.tsx";
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
  octaves: "An octave each column",
  mirrored: "Low in the middle",
  same: "All the same",
  random: "At random",
};

/** The light of all screens in its parts: look, pattern, bands and loudness. */
export function ShowPanel({ broadcast }: { broadcast: HostBroadcast }) {
  const show = broadcast.wall.show.value;
  const set = (change: Partial<Show>) => broadcast.wall.setShow(change);
  const { hasEffect, reason } = bandsEffect(show);
  return (
    <section class="choices" aria-labelledby="show">
      <h2 id="show" class="small quiet">
        Light of all screens
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
      <ChoiceGroup
        label="Bands"
        value={show.rule}
        options={RULE_LABELS}
        onChoose={(rule) => set({ rule: rule as Rule })}
        isDisabled={!hasEffect}
        note={reason}
        testid="bands"
      />
      <label class="check">
        <input
          type="checkbox"
          checked={show.ownBands}
          disabled={!hasEffect}
          onChange={(event) => set({ ownBands: event.currentTarget.checked })}
        />
        <span class="small">People may choose their own band</span>
      </label>
      <Loudness broadcast={broadcast} />
    </section>
  );
}
