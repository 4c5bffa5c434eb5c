import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { consolePage } from "../words/en/console-page.ts";
import { notHosted } from "../words/en/elsewhere.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import { Elsewhere } from "./elsewhere.tsx";
import { handleKey } from "./keyboard.ts";
import type { MapMaker } from "./light/map-maker.ts";
import { Messages, Notice } from "./messages.tsx";
import type { Midi } from "./midi/midi.ts";
import type { HostPicture } from "./picture/host-picture.ts";
import type { PictureMode } from "./picture/picture-mode.ts";
import { Keys } from "./room-panel.tsx";
import { Side } from "./side.tsx";
import { OnAir } from "./song/on-air.tsx";
import type { Song } from "./song/song.ts";
import { songsIn } from "./song/song-files.ts";
import { SongPanel } from "./song/song-panel.tsx";
import type { HostStage } from "./stage/host-stage.ts";
import { Bar } from "./wall/bar.tsx";
import { EmptyWall } from "./wall/empty-wall.tsx";
import { Join } from "./wall/join.tsx";
import type { SceneBook } from "./wall/scenes/scene-book.ts";
import { ScreenPopover } from "./wall/screen-popover.tsx";
import { Tray } from "./wall/tray.tsx";
import { wallTitle } from "./wall/wall-name.tsx";
import { WallPanel } from "./wall/wall-panel.tsx";

interface ConsoleProps {
  code: string;
  song: Song;
  picture: HostPicture;
  pictureMode: PictureMode;
  stage: HostStage;
  broadcast: HostBroadcast;
  book: SceneBook;
  maker: MapMaker;
  midi: Midi;
}

/** The console: the song at the top, the wall, settings at its side, and a bar at the foot; none moves. */
export function Console(props: ConsoleProps) {
  const { code, song, broadcast } = props;
  switch (broadcast.phase.value) {
    case "elsewhere":
    case "replaced":
      return <Elsewhere code={code} song={song} broadcast={broadcast} />;
    case "closed":
      return <Ended title={notHosted().closed({ code })} why={notHosted().closedText} />;
    case "refused":
      return <Ended title={notHosted().refused({ code })} why={broadcast.refusal.value} />;
    default:
      return <Open {...props} />;
  }
}

function Open(props: ConsoleProps) {
  const { code, song, picture, pictureMode, stage, broadcast, book, maker, midi } = props;
  const dragging = useDrop(song);
  const selected = useSignal<string | undefined>(undefined);
  const hasScreens = broadcast.wall.placed.value.size > 0;
  useEffect(() => {
    const press = (event: KeyboardEvent) => handleKey(event, { song, broadcast, book, selected });
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [song, broadcast, book, selected]);
  return (
    <div class="console" data-selected={selected.value !== undefined} data-testid="drop">
      <header>
        <h1 class="unseen" dir="auto">
          {consolePage().heading({ wall: wallTitle(code) })}
        </h1>
        <SongPanel song={song} />
        <OnAir song={song} broadcast={broadcast} />
      </header>
      <main data-inhabited={hasScreens}>
        <Join code={code} broadcast={broadcast} />
        {hasScreens ? (
          <WallPanel song={song} broadcast={broadcast} selected={selected} />
        ) : (
          <EmptyWall song={song} broadcast={broadcast} />
        )}
        <Tray broadcast={broadcast} />
        <Messages {...{ code, song, pictureMode, stage, broadcast }} />
      </main>
      <Side {...{ song, picture, broadcast, book, maker, midi, selected }} />
      <Bar broadcast={broadcast} />
      <ScreenPopover broadcast={broadcast} selected={selected} />
      <Keys />
      {dragging && (
        <div class="drop">
          <p>{consolePage().drop}</p>
        </div>
      )}
    </div>
  );
}

/**
 * Adds files and folders that are dropped anywhere on the page to the songs.
 * @returns whether files are being dragged over it
 */
function useDrop(song: Song): boolean {
  const dragging = useSignal(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      // A field takes a text that is dragged into it.
      if ((event.target as Element).closest("input:not([type=range])")) return;
      // Otherwise the browser would open a link or a picture, and leave the page.
      event.preventDefault();
      const hasFiles = event.dataTransfer!.types.includes("Files");
      event.dataTransfer!.dropEffect = hasFiles ? "copy" : "none";
      dragging.value = hasFiles;
    };
    const leave = (event: DragEvent) => {
      // With a related target, the pointer has only entered another element of the page.
      if (event.relatedTarget === null) dragging.value = false;
    };
    const drop = (event: DragEvent) => {
      if ((event.target as Element).closest("input:not([type=range])")) return;
      event.preventDefault();
      dragging.value = false;
      void songsIn(event).then((files) => song.add(files));
    };
    const listening = new AbortController();
    document.addEventListener("dragover", over, listening);
    document.addEventListener("dragleave", leave, listening);
    document.addEventListener("drop", drop, listening);
    return () => listening.abort();
  }, [song]);
  return dragging.value;
}

function Ended({ title, why }: { title: string; why: string }) {
  return (
    <Notice title={title}>
      <p>{why}</p>
      <a class="button primary" href="../">
        {notHosted().startNew}
      </a>
    </Notice>
  );
}
