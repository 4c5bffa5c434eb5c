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
  const isReplaced = broadcast.phase.value === "replaced";
  return (
    <Notice title={`Wall ${code} is hosted from another page${isReplaced ? " now" : ""}`}>
      <p>
        Only one page at a time can host a wall.{" "}
        {whatFollows(broadcast.wasLive.value, song.wasInterrupted.value)}
        {!isReplaced && " If the other page is closed by now, try again."}
      </p>
      <button type="button" class="primary" onClick={() => broadcast.hostHere()} data-testid="host-here">
        Host it here
      </button>
      {!isReplaced && (
        <button type="button" onClick={() => broadcast.retry()} data-testid="try-again">
          Try again
        </button>
      )}
      <a class="button" href={`/w/${code}`}>
        Be a screen of {code}
      </a>
    </Notice>
  );
}

/** What happens if the host goes on here: what this page did before is done again. */
function whatFollows(wasLive: boolean, wasPlaying: boolean): string {
  if (wasLive && wasPlaying) {
    return "If you host it here, your song plays on from its place, live, and the other page stops.";
  }
  if (wasLive) return "If you host it here, this page is live again, and the other page stops.";
  if (wasPlaying) return "If you host it here, your song plays on from its place, and the other page stops.";
  return "If you host it here, the other page stops, and the screens are dark until you go live.";
}
