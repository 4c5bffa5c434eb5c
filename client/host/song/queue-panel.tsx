import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { queue as queueWords } from "../../words/en/queue.ts";
import { units } from "../../words/en/units.ts";
import { numberText, sizeText } from "../../words/units.ts";
import { ChoiceGroup, Icon, Slider } from "../ui/controls.tsx";
import { formatTime } from "../ui/format.ts";
import { CROSSFADE_MAX_S, type Loop } from "../ui/settings.ts";
import { coverUrl } from "./cover-url.ts";
import { nameOf, type QueuedSong } from "./queued-song.ts";
import type { Song } from "./song.ts";
import { SONG_TYPES, songsIn } from "./song-files.ts";
import { showRow, sortByHand } from "./song-rows.ts";
import { SourceChoice } from "./source-choice.tsx";
import "./queue.css";

/** Rows of songs that are drawn in a frame. */
const ROWS_PER_FRAME = 50;

interface QueuePanelProps {
  song: Song;
  /** What stands below the choice of the sound. */
  children?: ComponentChildren;
}

/** The songs of the evening: their order, and how one follows the other. */
export function QueuePanel({ song, children }: QueuePanelProps) {
  const t = queueWords();
  const { queue } = song;
  const songs = queue.songs.value;
  return (
    <section class="choices queue" aria-label={t.list}>
      <SourceChoice song={song} />
      {children}
      <Additions song={song} />
      <Ways song={song} />
      {songs.length === 0 ? <p class="quiet">{t.empty}</p> : <Songs song={song} />}
      {songs.length > 0 && <Sum song={song} />}
    </section>
  );
}

/** The buttons that add songs. */
function Additions({ song }: { song: Song }) {
  const t = queueWords();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const add = async (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const found = await songsIn(event);
    // Otherwise choosing the same again is no change.
    input.value = "";
    await song.add(found);
  };
  return (
    <div class="additions">
      <input ref={files} type="file" accept={SONG_TYPES} multiple hidden onChange={add} data-testid="files" />
      <input
        ref={folder}
        type="file"
        {...{ webkitdirectory: true }}
        hidden
        onChange={add}
        data-testid="folder"
      />
      <button type="button" class="small" onClick={() => files.current?.click()} data-testid="add-songs">
        {t.add}
      </button>
      <button type="button" class="small" onClick={() => folder.current?.click()} data-testid="add-folder">
        {t.addFolder}
      </button>
    </div>
  );
}

function Songs({ song }: { song: Song }) {
  const { queue } = song;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => sortByHand(list.current!, (id, to) => queue.move(id, to)), [queue]);
  const songs = queue.songs.value;
  const drawn = useGrowing(songs.length);
  const presentId = queue.currentId.value;
  const isDrawn = songs.findIndex(({ id }) => id === presentId) < drawn;
  useEffect(() => showRow(list.current!, '[aria-current="true"]'), [presentId, isDrawn]);
  const rows = useRef(new WeakMap<QueuedSong, { isPresent: boolean; row: VNode }>());
  /** The same row again unless it has changed: it is not compared then, and there may be hundreds. */
  const rowOf = (one: QueuedSong, isPresent: boolean): VNode => {
    const former = rows.current.get(one);
    if (former?.isPresent === isPresent) return former.row;
    const row = <Row key={one.id} one={one} song={song} isPresent={isPresent} />;
    rows.current.set(one, { isPresent, row });
    return row;
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = (event.target as Element).closest("li");
    if (!row || !event.altKey || step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    queue.move(row.dataset.id!, songs.findIndex(({ id }) => id === row.dataset.id) + step);
  };
  return (
    <ol ref={list} onKeyDown={move}>
      {songs.slice(0, drawn).map((one) => rowOf(one, one.id === presentId))}
    </ol>
  );
}

/** How many of a number of rows to draw now: more in each frame, so that no frame takes long. */
function useGrowing(all: number): number {
  const drawn = useSignal(ROWS_PER_FRAME);
  useEffect(() => {
    if (drawn.value >= all) return;
    const frame = requestAnimationFrame(() => {
      drawn.value += ROWS_PER_FRAME;
    });
    return () => cancelAnimationFrame(frame);
  }, [all, drawn.value]);
  useEffect(() => {
    drawn.value = Math.max(Math.min(drawn.peek(), all), ROWS_PER_FRAME);
  }, [all]);
  return drawn.value;
}

interface RowProps {
  one: QueuedSong;
  song: Song;
  isPresent: boolean;
}

/** A song of the list. */
function Row({ one, song, isPresent }: RowProps) {
  const t = queueWords();
  const name = nameOf(one);
  return (
    <li data-id={one.id} aria-current={isPresent} data-testid="queued">
      <button
        type="button"
        class="cover"
        aria-label={isPresent ? t.playedNow({ song: name }) : t.play({ song: name })}
        title={t.play({ song: name })}
        onClick={() => void song.select(one.id)}
      >
        {one.cover && <img src={coverUrl(one.cover)} alt="" loading="lazy" />}
        <Icon name={isPresent ? "sound" : "play"} />
      </button>
      <span class="name" title={`${name}\n${t.howToMove}`}>
        <span dir="auto">{one.title}</span>
        {one.problem ? (
          <span class="small alert">{one.problem}</span>
        ) : (
          one.artist && (
            <span class="small quiet" dir="auto">
              {one.artist}
            </span>
          )
        )}
      </span>
      <span class="time">{one.durationS === undefined ? "" : formatTime(one.durationS)}</span>
      <button
        type="button"
        class="remove"
        aria-label={t.remove({ song: name })}
        onClick={(event) => {
          focusNeighbour(event.currentTarget);
          song.queue.remove([one.id]);
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** The row of a button goes, and the focus with it: it moves to the next row. */
function focusNeighbour(button: Element): void {
  const row = button.closest("li")!;
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  (
    neighbour?.querySelector<HTMLElement>(".remove") ?? document.querySelector<HTMLElement>("#tab-songs")
  )?.focus();
}

/** How many songs there are, and the space that they take in this browser. */
function Sum({ song }: { song: Song }) {
  const t = queueWords();
  const { queue } = song;
  const sums = useComputed(() => {
    const songs = queue.songs.value;
    return {
      seconds: songs.reduce((sum, { durationS = 0 }) => sum + durationS, 0),
      bytes: songs.reduce((sum, { bytes, isKept }) => sum + (isKept ? bytes : 0), 0),
      notKept: songs.filter(({ isKept }) => !isKept).length,
    };
  });
  const { seconds, bytes, notKept } = sums.value;
  const songs = queue.songs.value;
  const facts = { songs: t.songs(songs.length), time: formatTime(seconds), size: sizeText(bytes) };
  const removeAll = () => {
    document.querySelector<HTMLElement>("#tab-songs")?.focus();
    queue.remove(songs.map(({ id }) => id));
  };
  return (
    <div class="sum small quiet">
      <span data-testid="queue-sum">{t.sum(facts)}</span>
      <button type="button" class="small" onClick={removeAll} data-testid="remove-songs">
        {t.removeAll}
      </button>
      {notKept > 0 && <p class="alert">{t.notKept(notKept)}</p>}
    </div>
  );
}

/** How one song follows the other. */
function Ways({ song }: { song: Song }) {
  const t = queueWords();
  const { loop, shuffle, crossfade, evenLoudness } = song.settings;
  return (
    <details class="more">
      <summary class="small quiet" data-testid="ways">
        {t.ways}
      </summary>
      <div class="choices">
        <ChoiceGroup
          label={t.repeat}
          value={loop.value}
          options={{ off: t.repeatOff, all: t.repeatAll, one: t.repeatOne }}
          onChoose={(value) => {
            loop.value = value as Loop;
          }}
          testid="repeat"
        />
        <Slider
          label={t.crossfade}
          min={0}
          max={CROSSFADE_MAX_S}
          step={0.5}
          value={crossfade.value}
          text={units().seconds({ number: numberText(crossfade.value, 1) })}
          onChange={(value) => {
            crossfade.value = value;
          }}
          testid="crossfade"
        />
        <label class="check">
          <input
            type="checkbox"
            checked={shuffle.value !== null}
            onChange={(event) =>
              song.settings.setShuffle(event.currentTarget.checked, song.queue.currentId.peek())
            }
            data-testid="shuffle"
          />
          <span class="small">{t.shuffle}</span>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={evenLoudness}
            onChange={(event) => {
              evenLoudness.value = event.currentTarget.checked;
            }}
            data-testid="even-loudness"
          />
          <span class="small">{t.evenLoudness}</span>
        </label>
      </div>
    </details>
  );
}
