import { type Signal, useSignal } from "@preact/signals";
import { wallViews } from "../../words/en/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { WallPreview } from "./wall-preview.tsx";
import { WallView } from "./wall-view.tsx";

interface WallPanelProps {
  song: Song;
  broadcast: HostBroadcast;
  selected: Signal<string | undefined>;
}

/** Shows the wall as tiles, to arrange the screens, or as a 3-D preview if there is WebGL. */
export function WallPanel({ song, broadcast, selected }: WallPanelProps) {
  const t = wallViews();
  const canPreview = useSignal("WebGL2RenderingContext" in window);
  const wantsPreview = useSignal(loadSettings().preview);
  const choose = (preview: boolean) => {
    wantsPreview.value = preview;
    saveSettings({ ...loadSettings(), preview });
  };
  const isPreview = wantsPreview.value && canPreview.value;
  return (
    <div class="wall-place">
      {isPreview ? (
        <WallPreview song={song} broadcast={broadcast} onFail={() => (canPreview.value = false)} />
      ) : (
        <WallView song={song} broadcast={broadcast} selected={selected} />
      )}
      {canPreview.value && (
        <fieldset class="segments views" aria-label={t.views}>
          <button
            type="button"
            aria-pressed={!isPreview}
            onClick={() => choose(false)}
            data-testid="view-flat"
          >
            {t.flat}
          </button>
          <button
            type="button"
            aria-pressed={isPreview}
            onClick={() => choose(true)}
            data-testid="view-preview"
          >
            {t.preview}
          </button>
        </fieldset>
      )}
    </div>
  );
}
