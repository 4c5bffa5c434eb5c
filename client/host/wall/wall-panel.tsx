import { type Signal, useSignal } from "@preact/signals";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { WallPreview } from "./wall-preview.tsx";
import { WallView } from "./wall-view.tsx";

interface WallPlaceProps {
  song: Song;
  broadcast: HostBroadcast;
  selected: Signal<string | undefined>;
}

/** The wall's place: flat, to arrange it, or as it hangs in the dark. Without WebGL it is flat. */
export function WallPanel({ song, broadcast, selected }: WallPlaceProps) {
  const canHang = useSignal("WebGL2RenderingContext" in window);
  const hangs = useSignal(loadSettings().preview);
  const choose = (preview: boolean) => {
    hangs.value = preview;
    saveSettings({ ...loadSettings(), preview });
  };
  const isHung = hangs.value && canHang.value;
  return (
    <div class="wall-place">
      {isHung ? (
        <WallPreview song={song} broadcast={broadcast} onFail={() => (canHang.value = false)} />
      ) : (
        <WallView song={song} broadcast={broadcast} selected={selected} />
      )}
      {canHang.value && (
        <fieldset class="segments views" aria-label="How the wall is seen">
          <button type="button" aria-pressed={!isHung} onClick={() => choose(false)} data-testid="view-flat">
            Flat
          </button>
          <button type="button" aria-pressed={isHung} onClick={() => choose(true)} data-testid="view-preview">
            Preview
          </button>
        </fieldset>
      )}
    </div>
  );
}
