import { elsewhere } from "../words/en/elsewhere.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import { Notice } from "./messages.tsx";
import type { Song } from "./song/song.ts";

interface ElsewhereProps {
  code: string;
  song: Song;
  broadcast: HostBroadcast;
}

/** Takes the place of the console while another page hosts the wall: asks whether to host it here. */
export function Elsewhere({ code, song, broadcast }: ElsewhereProps) {
  const t = elsewhere();
  const isReplaced = broadcast.phase.value === "replaced";
  const follows = { whatFollows: whatFollows(broadcast.wasLive.value, song.interruption.wasPlaying.value) };
  return (
    <Notice title={isReplaced ? t.titleNow({ code }) : t.title({ code })}>
      <p>{isReplaced ? t.onlyOne(follows) : t.onlyOneTryAgain(follows)}</p>
      <button type="button" class="primary" onClick={() => broadcast.hostHere()} data-testid="host-here">
        {t.hostHere}
      </button>
      {!isReplaced && (
        <button type="button" onClick={() => broadcast.retry()} data-testid="try-again">
          {t.tryAgain}
        </button>
      )}
      <a class="button" href={`../w/${code}`}>
        {t.beScreen({ code })}
      </a>
    </Notice>
  );
}

/** What happens if the host goes on here: what this page did before is done again. */
function whatFollows(wasLive: boolean, wasPlaying: boolean): string {
  const t = elsewhere();
  if (wasLive) return wasPlaying ? t.liveSongFollows : t.liveFollows;
  return wasPlaying ? t.songFollows : t.darknessFollows;
}
