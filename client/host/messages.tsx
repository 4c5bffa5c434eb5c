import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { messages } from "../words/en/messages.ts";
import { queue } from "../words/en/queue.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import { wasReloaded } from "./broadcast/page-id.ts";
import { PictureIsNew } from "./picture/picture-is-new.tsx";
import type { PictureMode } from "./picture/picture-mode.ts";
import type { Song } from "./song/song.ts";
import type { HostStage } from "./stage/host-stage.ts";
import { OnStage } from "./stage/on-stage.tsx";
import { Icon } from "./ui/controls.tsx";
import { loadSettings } from "./ui/settings.ts";
import { describeSlowest } from "./wall/screen-health.ts";
import { slowestNow } from "./wall/wall-health.ts";

/** How long the console says that songs were added, ms. */
const ADDED_MS = 5_000;

interface MessagesProps {
  code: string;
  song: Song;
  pictureMode: PictureMode;
  stage: HostStage;
  broadcast: HostBroadcast;
}

/** Messages for the host, over the console. Screen readers read them when they appear. */
export function Messages({ code, song, pictureMode, stage, broadcast }: MessagesProps) {
  const reloaded = useSignal(loadSettings().live === code && wasReloaded());
  const isAway = broadcast.phase.value === "reconnecting";
  return (
    <div class="messages" role="status" data-testid="message">
      {isAway && <p>{messages().reconnecting}</p>}
      {!isAway && broadcast.problem.value && <Message text={broadcast.problem} alert />}
      {song.problem.value && <Message text={song.problem} alert />}
      {song.added.value > 0 && <Added song={song} />}
      <OnStage broadcast={broadcast} stage={stage} />
      <PictureIsNew mode={pictureMode} />
      <SlowScreen broadcast={broadcast} />
      {reloaded.value && broadcast.onAir.value === "off" && (
        <p>
          {messages().reloaded}
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

/** Says that songs were added while another one plays, for a while. */
function Added({ song }: { song: Song }) {
  const added = song.added.value;
  useEffect(() => {
    const timer = setTimeout(() => {
      song.added.value = 0;
    }, ADDED_MS);
    return () => clearTimeout(timer);
  }, [song, added]);
  return <p>{queue().added(added)}</p>;
}

/** Names the screen for which all others wait, and offers not to wait for it. */
function SlowScreen({ broadcast }: { broadcast: HostBroadcast }) {
  const kept = useSignal("");
  const slowest = slowestNow(broadcast);
  if (!slowest || slowest.screen.id === kept.value) return null;
  const { screen } = slowest;
  return (
    <p data-testid="slow-screen">
      <span dir="auto">{messages().slowScreen({ problem: describeSlowest(slowest) })}</span>
      <button
        type="button"
        class="small"
        onClick={() => broadcast.wall.arrange({ ...screen, locked: true })}
        data-testid="switch-slow-off"
      >
        {messages().switchOff}
      </button>
      <Dismiss
        onClick={() => {
          kept.value = screen.id;
        }}
      />
    </p>
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
    <button type="button" class="dismiss" aria-label={messages().dismiss} onClick={onClick}>
      <Icon name="close" />
    </button>
  );
}

/** Takes the place of the console when there is no wall to control: what happened, and what to do next. */
export function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  const notice = useRef<HTMLElement>(null);
  // What had the focus is gone.
  useEffect(() => notice.current!.querySelector<HTMLElement>(".primary")?.focus(), []);
  return (
    <main ref={notice} class="notice" data-testid="notice">
      <img class="mark" src="../icon.svg" alt="" width="96" height="96" />
      <div role="alert">
        <h1>{title}</h1>
      </div>
      {children}
    </main>
  );
}
