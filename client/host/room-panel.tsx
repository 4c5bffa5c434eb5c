import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { keyMeanings, keyNames, keys } from "../words/en/keys.ts";
import { room, roomFigureMeanings, roomFigures, sparks } from "../words/en/room.ts";
import { millisecondsText } from "../words/units.ts";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Midi } from "./midi/midi.ts";
import { MidiPanel } from "./midi/midi-panel.tsx";
import type { Song } from "./song/song.ts";
import { Fact } from "./ui/controls.tsx";
import { formatShare } from "./ui/format.ts";
import { PressButton } from "./ui/press-button.tsx";
import { loadSettings, saveSettings } from "./ui/settings.ts";
import { FlashSafety } from "./wall/flash-safety.tsx";
import { OtherPrograms } from "./wall/other-programs.tsx";
import type { SceneBook } from "./wall/scenes/scene-book.ts";
import { ScreenList } from "./wall/screen-list.tsx";
import { TimingPanel } from "./wall/timing-panel.tsx";
import { WallNameField } from "./wall/wall-name.tsx";

interface RoomPanelProps {
  song: Song;
  broadcast: HostBroadcast;
  book: SceneBook;
  midi: Midi;
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** The room: how screens receive, timing, safety, keys, controllers, the password, the end of the wall. */
export function RoomPanel({ song, broadcast, book, midi, selected }: RoomPanelProps) {
  const t = roomFigures();
  const meanings = roomFigureMeanings();
  const stats = broadcast.stats.value;
  return (
    <>
      <dl>
        <Fact
          name={t.listening}
          meaning={meanings.listening}
          value={stats ? String(stats.listeners) : "–"}
          testid="listeners"
        />
        <Fact
          name={t.connected}
          meaning={meanings.connected}
          value={stats ? String(stats.connected) : "–"}
          testid="connected"
        />
        {stats && stats.overSocket > 0 && (
          <Fact
            name={t.overSocket}
            meaning={meanings.overSocket}
            value={String(stats.overSocket)}
            testid="over-socket"
          />
        )}
        {stats && stats.relayed > 0 && (
          <Fact name={t.relayed} meaning={meanings.relayed} value={String(stats.relayed)} testid="relayed" />
        )}
        <Fact
          name={t.roundTrip}
          meaning={meanings.roundTrip}
          value={millisecondsText(stats?.roundTripMs)}
          testid="round-trip"
        />
        <Fact
          name={t.loss}
          meaning={meanings.loss}
          value={stats && stats.connected > 0 ? formatShare(stats.worstLoss) : "–"}
          testid="loss"
        />
        <Fact
          name={t.packetTime}
          meaning={meanings.packetTime}
          value={millisecondsText(stats?.packetTimeMs)}
          testid="packet-time"
        />
      </dl>
      <ScreenList broadcast={broadcast} selected={selected} />
      <TimingPanel song={song} broadcast={broadcast} />
      <FlashSafety broadcast={broadcast} />
      <label class="check">
        <input
          type="checkbox"
          checked={broadcast.wall.show.value.sparks}
          onChange={(event) => broadcast.wall.setShow({ sparks: event.currentTarget.checked })}
          data-testid="sparks"
        />
        <span class="small">{sparks().title}</span>
      </label>
      <WallNameField code={broadcast.code} />
      <Password broadcast={broadcast} />
      <OtherPrograms code={broadcast.code} />
      <KeysButton />
      <MidiPanel midi={midi} book={book} />
      <CloseWall broadcast={broadcast} />
    </>
  );
}

/** What is printed on the keys of the list. */
function keySigns(): Record<keyof typeof keyMeanings.english, string> {
  const t = keyNames();
  return {
    play: t.space,
    seek: "← →",
    skip: ", .",
    cue: "C",
    volume: "↑ ↓",
    loop: "L",
    localSound: "M",
    scenes: "1 … 0",
    nextScene: "N",
    blackout: "B",
    freeze: "F",
    brightness: "− +",
    text: "T",
    identify: "I",
    undo: t.undo,
    close: t.escape,
    tiles: t.arrows,
    help: "?",
  };
}

function KeysButton() {
  return (
    <button type="button" popovertarget="keys" class="small">
      {keys().title} <kbd>?</kbd>
    </button>
  );
}

/** The list of keys, which a key opens too, whatever panel is open. */
export function Keys() {
  const t = keys();
  const meanings = keyMeanings();
  const signs = Object.entries(keySigns()) as [keyof typeof meanings, string][];
  const act = useSignal(loadSettings().letterKeys);
  return (
    <div id="keys" popover="auto">
      <h2>{t.title}</h2>
      <dl class="keys" aria-label={t.title}>
        {signs.map(([key, sign]) => (
          <div key={key}>
            <dt>
              <kbd>{sign}</kbd>
            </dt>
            <dd>{meanings[key]}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={act.value}
          onChange={(event) => {
            act.value = event.currentTarget.checked;
            saveSettings({ ...loadSettings(), letterKeys: act.value });
          }}
          data-testid="letter-keys"
        />
        <span class="small">{t.letterKeys}</span>
      </label>
    </div>
  );
}

function Password({ broadcast }: { broadcast: HostBroadcast }) {
  const typed = useSignal(broadcast.password.peek());
  // Another program may set it too.
  useSignalEffect(() => {
    typed.value = broadcast.password.value;
  });
  const problem = useSignal("");
  const set = (event: SubmitEvent) => {
    event.preventDefault();
    const reached = broadcast.protect(typed.value);
    problem.value = reached ? "" : room().unreachable;
  };
  return (
    <form class="password" onSubmit={set}>
      <label class="quiet" for="password">
        {room().password}
      </label>
      <span>
        <input
          id="password"
          type="text"
          placeholder={room().noPassword}
          autocomplete="off"
          spellcheck={false}
          maxLength={100}
          value={typed}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
          data-testid="password"
        />
        <PressButton isIdle={typed.value === broadcast.password.value} data-testid="set-password">
          {room().setPassword}
        </PressButton>
      </span>
      <p class="alert" role="alert">
        {problem}
      </p>
    </form>
  );
}

function CloseWall({ broadcast }: { broadcast: HostBroadcast }) {
  const t = room();
  const dialog = useRef<HTMLDialogElement>(null);
  const problem = useSignal("");
  const ask = () => {
    problem.value = "";
    dialog.current?.showModal();
  };
  const close = () => {
    if (!broadcast.closeWall()) problem.value = room().unreachable;
  };
  return (
    <>
      <button type="button" class="leave" onClick={ask} data-testid="close-wall">
        {t.close}
      </button>
      <dialog ref={dialog} aria-labelledby="close-question">
        <h2 id="close-question">{t.closeQuestion}</h2>
        <p class="quiet">{t.closeWarning}</p>
        <p class="alert" role="alert">
          {problem}
        </p>
        <div class="answers">
          <button
            type="button"
            class="primary"
            onClick={() => dialog.current?.close()}
            data-testid="keep-wall"
          >
            {t.keep}
          </button>
          <button type="button" onClick={close} data-testid="close-wall-confirm">
            {t.close}
          </button>
        </div>
      </dialog>
    </>
  );
}
