import type { Mode, Pattern, Rule, Show } from "#protocol/wall.ts";
import { lookNames } from "../../words/en/light.ts";
import { pictureLook } from "../../words/en/picture.ts";
import { patternChoices, ruleChoices, showPanel } from "../../words/en/show.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { HostPicture } from "../picture/host-picture.ts";
import { ChoiceGroup } from "../ui/controls.tsx";
import { bandsEffect } from "./effects.ts";
import { Loudness } from "./loudness.tsx";
import { PicturePanel } from "./picture-panel.tsx";
import { StencilPanel } from "./stencil/stencil-panel.tsx";

interface ShowPanelProps {
  broadcast: HostBroadcast;
  picture: HostPicture;
}

/** The light of all screens in its parts: look, pattern, bands and loudness. */
export function ShowPanel({ broadcast, picture }: ShowPanelProps) {
  const t = showPanel();
  const show = broadcast.wall.show.value;
  const set = (change: Partial<Show>) => broadcast.wall.setShow(change);
  const { noPicture, notSent } = pictureLook();
  const isSent = picture.sent.value !== undefined;
  const { hasEffect, reason } = bandsEffect(show);
  return (
    <section class="choices" aria-labelledby="show">
      <h2 id="show" class="small quiet">
        {t.title}
      </h2>
      <ChoiceGroup
        label={t.look}
        value={show.mode ?? ""}
        options={{
          "": t.eachChooses,
          ...lookNames(),
          solid: t.solid,
          ...(!isSent && { picture: noPicture }),
        }}
        onChoose={(mode) => set({ mode: (mode || null) as Mode | null })}
        idle={isSent ? [] : ["picture"]}
        note={isSent || show.mode !== "picture" ? undefined : notSent}
        testid="look"
      />
      {show.mode === "picture" && <PicturePanel wall={broadcast.wall} />}
      {show.mode === "stencil" && <StencilPanel wall={broadcast.wall} />}
      <ChoiceGroup
        label={t.pattern}
        value={show.pattern}
        options={patternChoices()}
        onChoose={(pattern) => set({ pattern: pattern as Pattern })}
        testid="pattern"
      />
      <ChoiceGroup
        label={t.bands}
        value={show.rule}
        options={ruleChoices()}
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
        <span class="small">{t.ownBands}</span>
      </label>
      <Loudness broadcast={broadcast} />
    </section>
  );
}
