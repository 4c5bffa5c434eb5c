import { useSignal } from "@preact/signals";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";
import { Icon } from "./ui/icons.tsx";
import { loadSettings } from "./ui/settings.ts";

const RELOADED =
  "The page was reloaded, so the broadcast stopped. Play your song, then press Go live: without a press, browsers start no sound.";
const RECONNECTING = "The connection to the server is lost. This page comes back by itself.";

/** What the host should know now, in words; read out by screen readers as it comes. */
export function Messages({ code, song, broadcast }: { code: string; song: Song; broadcast: HostBroadcast }) {
  const reloaded = useSignal(loadSettings().live === code);
  const away = broadcast.phase.value === "reconnecting";
  return (
    <div class="messages" role="status" data-testid="message">
      {away && <p>{RECONNECTING}</p>}
      {!away && broadcast.problem.value && <Message text={broadcast.problem} alert />}
      {song.problem.value && <Message text={song.problem} alert />}
      {reloaded.value && broadcast.onAir.value === "off" && (
        <p>
          {RELOADED}
          <Dismiss
            onClick={() => {
              reloaded.value = false;
            }}
          />
        </p>
      )}
    </div>
  );
}

function Message({ text, alert }: { text: Song["problem"]; alert: boolean }) {
  return (
    <p class={alert ? "alert" : undefined}>
      {text}
      <Dismiss
        onClick={() => {
          text.value = "";
        }}
      />
    </p>
  );
}

function Dismiss({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="dismiss" aria-label="Dismiss" onClick={onClick}>
      <Icon name="close" />
    </button>
  );
}
