import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Meter } from "./meter.tsx";
import type { Song } from "./song.ts";

/** Whether sound goes out, the proof that it does, and the press that starts or ends it. */
export function OnAir({ song, broadcast }: { song: Song; broadcast: HostBroadcast }) {
  const onAir = broadcast.onAir.value;
  return (
    <div class="on-air">
      <Meter song={song} />
      <p class="small quiet" aria-live="polite" data-testid="on-air">
        {words(onAir, song.playing.value)}
      </p>
      {onAir === "off" ? (
        <button type="button" class="primary" onClick={() => goLive(song, broadcast)} data-testid="go-live">
          Go live
        </button>
      ) : (
        <button type="button" onClick={() => broadcast.stop()} data-testid="stop">
          Stop
        </button>
      )}
    </div>
  );
}

function words(onAir: HostBroadcast["onAir"]["value"], playing: boolean): string {
  if (onAir === "connecting") return "Going live…";
  if (onAir === "off") return playing ? "Playing, not live" : "Not live";
  return playing ? "Live" : "Live, and silent";
}

function goLive(song: Song, broadcast: HostBroadcast): void {
  const { output } = song;
  void output.resume();
  broadcast.goLive(output.track);
}
