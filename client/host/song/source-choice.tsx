import { sources } from "../../words/en/sources.ts";
import { ChoiceGroup } from "../ui/controls.tsx";
import { canCapture, type LiveKind } from "./live-source.ts";
import type { Song } from "./song.ts";

const KINDS: readonly LiveKind[] = ["microphone", "computer", "tone", "noise"];

/** Where the sound comes from: the songs, or what is live. */
export function SourceChoice({ song }: { song: Song }) {
  const t = sources();
  const { sound, devices } = song.live;
  const kind = sound.value?.kind;
  const isIncapable = KINDS.some((one) => !canCapture(one));
  return (
    <details class="more sources">
      <summary class="small quiet" data-testid="sources">
        {t.from({ source: t[kind ?? "songs"] })}
      </summary>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of the panel's grid */}
      <div role="group" aria-label={t.choose}>
        <button
          type="button"
          class="small"
          aria-pressed={kind === undefined}
          onClick={() => void song.play()}
          data-testid="source-songs"
        >
          {t.songs}
        </button>
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            class="small"
            aria-pressed={kind === one}
            disabled={!canCapture(one)}
            onClick={() => void song.startLive(one)}
            data-testid={`source-${one}`}
          >
            {t[one]}
          </button>
        ))}
      </div>
      {isIncapable && <span class="small quiet">{t.needsHttps}</span>}
      {kind === "microphone" && devices.value.length > 1 && (
        <ChoiceGroup
          label={t.device}
          value={devices.value.find(({ label }) => label === sound.value?.name)?.deviceId ?? ""}
          options={Object.fromEntries(devices.value.map(({ deviceId, label }) => [deviceId, label]))}
          onChoose={(device) => void song.startLive("microphone", device)}
          testid="source-device"
        />
      )}
    </details>
  );
}
