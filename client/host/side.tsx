import { type Signal, useSignal } from "@preact/signals";
import { consolePage } from "../words/en/console-page.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { MapMaker } from "./light/map-maker.ts";
import type { Midi } from "./midi/midi.ts";
import type { HostPicture } from "./picture/host-picture.ts";
import { PictureChoice } from "./picture/picture-choice.tsx";
import { RoomPanel } from "./room-panel.tsx";
import { QueuePanel } from "./song/queue-panel.tsx";
import type { Song } from "./song/song.ts";
import { Tabs } from "./ui/tabs.tsx";
import { ColoursPanel } from "./wall/colours-panel.tsx";
import type { SceneBook } from "./wall/scenes/scene-book.ts";
import { ScenePanel } from "./wall/scenes/scene-panel.tsx";
import { ShowPanel } from "./wall/show-panel.tsx";
import { TempoPanel } from "./wall/tempo-panel.tsx";

interface SideProps {
  song: Song;
  picture: HostPicture;
  broadcast: HostBroadcast;
  book: SceneBook;
  maker: MapMaker;
  midi: Midi;
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** Beside the wall, on a phone below it: presets and colours, the settings of the light, and the room. */
export function Side(props: SideProps) {
  const { song, picture, broadcast, book, maker, midi, selected } = props;
  const t = consolePage();
  const open = useSignal<"songs" | "scenes" | "light" | "room">("scenes");
  const tabs = [
    {
      name: "songs",
      label: t.songs,
      content: (
        <QueuePanel song={song}>
          <PictureChoice picture={picture} broadcast={broadcast} />
        </QueuePanel>
      ),
    },
    { name: "scenes", label: t.scenes, content: <ScenePanel song={song} book={book} /> },
    {
      name: "light",
      label: t.light,
      content: (
        <>
          <ColoursPanel broadcast={broadcast} />
          <ShowPanel broadcast={broadcast} picture={picture} />
          <TempoPanel song={song} maker={maker} />
        </>
      ),
    },
    {
      name: "room",
      label: t.room,
      content: <RoomPanel song={song} broadcast={broadcast} book={book} midi={midi} selected={selected} />,
    },
  ] as const;
  return (
    <aside class="side" aria-label={t.settings} data-open={open.value}>
      <Tabs label={t.settings} tabs={tabs} open={open} />
    </aside>
  );
}
