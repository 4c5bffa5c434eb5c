import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { queue as queueWords } from "../../words/en/queue.ts";
import { song as songWords } from "../../words/en/song.ts";
import { sources } from "../../words/en/sources.ts";
import { percentText } from "../../words/units.ts";
import { Icon } from "../ui/controls.tsx";
import { formatTime } from "../ui/format.ts";
import { PressButton } from "../ui/press-button.tsx";
import type { Loading } from "./choice.ts";
import { CueButton, Cues } from "./cues.tsx";
import { nameOf } from "./queued-song.ts";
import type { Song } from "./song.ts";
import { SONG_TYPES, songsIn } from "./song-files.ts";
import { Wave } from "./wave.tsx";

/** The controls of the song: choose, play, seek, volume. */
export function SongPanel({ song }: { song: Song }) {
  return (
    <div class="song">
      {song.title.value === "" ? <Invitation /> : <Player song={song} />}
      <Choice song={song} />
      <LoadingBar song={song} />
    </div>
  );
}

function Invitation() {
  return (
    <div class="invitation">
      <h2>{songWords().choose}</h2>
      <p class="quiet">{songWords().howToChoose}</p>
    </div>
  );
}

function Choice({ song }: { song: Song }) {
  const t = songWords();
  const picker = useRef<HTMLInputElement>(null);
  const pick = async (event: Event) => {
    const files = await songsIn(event);
    // Otherwise choosing the same file again is no change.
    if (picker.current) picker.current.value = "";
    await song.add(files);
  };
  return (
    <div class={song.title.value === "" ? "choice" : "choice again"}>
      <input
        ref={picker}
        type="file"
        accept={SONG_TYPES}
        multiple
        hidden
        onChange={pick}
        data-testid="file"
      />
      <button type="button" onClick={() => picker.current?.click()} data-testid="choose">
        {song.title.value === "" ? t.chooseFile : t.another}
      </button>
      {song.title.value === "" && (
        <button type="button" onClick={() => void song.playDemo()} data-testid="demo">
          {t.playDemo}
        </button>
      )}
    </div>
  );
}

function LoadingBar({ song }: { song: Song }) {
  const loading = song.choice.loading.value;
  if (!loading) return null;
  const { fetched } = loading;
  const { name, now } = loadingTexts(loading);
  return (
    <div class="loading" data-testid="loading">
      <progress aria-label={name} {...(fetched !== undefined && { value: fetched })} />
      <span class="small quiet">{now}</span>
    </div>
  );
}

/** What the progress is of, and what happens now. */
function loadingTexts({ name, fetched }: Loading): { name: string; now: string } {
  const t = songWords();
  if (name !== undefined) return { name: t.loading({ name }), now: t.opening({ name }) };
  const isFetched = fetched === undefined;
  const now = isFetched ? t.openingDemo : t.fetchingDemo({ percent: percentText(fetched) });
  return { name: t.loadingDemo, now };
}

function Player({ song }: { song: Song }) {
  const t = songWords();
  const playing = song.playing.value;
  const isLive = song.live.sound.value !== undefined;
  const playText = isLive ? sources().stop : playing ? t.pause : t.play;
  const playKey = isLive ? sources().stopKey : playing ? t.pauseKey : t.playKey;
  const { loop, localSound, volume } = song.settings;
  const loopText = { off: t.loopOff, one: t.loopOne, all: t.loopAll }[loop.value]({ key: "L" });
  return (
    <div class="player">
      <Skip song={song} way="previous" />
      <button
        type="button"
        class="play"
        aria-label={playText}
        title={playKey}
        onClick={() => song.toggle()}
        data-testid="play"
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <Skip song={song} way="next" />
      <h2 class="title" dir="auto" title={song.title.value} data-testid="title">
        {song.title.value}
      </h2>
      {isLive ? <LiveSound song={song} /> : <Seek song={song} />}
      <div class="tuning">
        {!isLive && <CueButton song={song} />}
        <button
          type="button"
          class="switch"
          aria-label={t.loop}
          aria-description={loopText}
          aria-pressed={loop.value !== "off"}
          title={loopText}
          onClick={() => song.settings.changeLoop()}
          data-testid="loop"
        >
          <Icon name={loop.value === "one" ? "once" : "loop"} />
        </button>
        <button
          type="button"
          class="switch"
          aria-label={t.localSound}
          aria-pressed={localSound.value}
          title={localSound.value ? t.localSoundOn({ key: "M" }) : t.localSoundOff({ key: "M" })}
          onClick={() => {
            localSound.value = !localSound.value;
          }}
          data-testid="local-sound"
        >
          <Icon name={localSound.value ? "sound" : "mute"} />
        </button>
        <label class="volume" title={t.volumeKeys}>
          <span class="small quiet">{t.volume}</span>
          <input
            type="range"
            min={0}
            max={1}
            step={0.01}
            aria-valuetext={percentText(volume.value)}
            value={volume.value}
            style={{ "--filled": volume.value }}
            onInput={(event) => {
              volume.value = event.currentTarget.valueAsNumber;
            }}
            data-testid="volume"
          />
        </label>
      </div>
    </div>
  );
}

/** What is said in the place of a song's position, and the switch that mutes the live sound for everyone. */
function LiveSound({ song: { live } }: { song: Song }) {
  const t = sources();
  const isMuted = live.muted.value;
  return (
    <div class="seek live small quiet">
      <span role="status" data-testid="live-state">
        {isMuted ? t.liveMuted : t.live}
      </span>
      <button
        type="button"
        class="small mute-live"
        onClick={() => live.setMuted(!isMuted)}
        data-testid="mute"
      >
        {isMuted ? t.unmute : t.mute}
      </button>
    </div>
  );
}

/** Goes to another song. */
function Skip({ song, way }: { song: Song; way: "previous" | "next" }) {
  const t = queueWords();
  const key = way === "next" ? "." : ",";
  const next = song.queue.next.value;
  const label = way === "previous" ? t.previous : next ? t.nextIs({ song: nameOf(next) }) : t.next;
  return (
    <PressButton
      class={`switch ${way}`}
      isIdle={way === "next" && !next}
      aria-label={label}
      title={`${label} (${key})`}
      onPress={() => void song[way]()}
      data-testid={`${way}-song`}
    >
      <Icon name={way} />
    </PressButton>
  );
}

function Seek({ song }: { song: Song }) {
  const t = songWords();
  const duration = song.duration.value;
  const known = Number.isFinite(duration) && duration > 0;
  const filled = useComputed(() => (known ? song.time.value / duration : 0));
  return (
    <div class="seek">
      <span class="time" data-testid="time">
        {formatTime(song.time.value)}
      </span>
      <Wave song={song} />
      <input
        type="range"
        aria-label={t.position}
        aria-valuetext={t.positionOf({ time: formatTime(song.time.value), duration: formatTime(duration) })}
        min={0}
        max={known ? duration : 1}
        step={0.1}
        value={known ? song.time.value : 0}
        disabled={!known}
        style={{ "--filled": filled.value, "--buffered": song.buffered.value }}
        onInput={(event) => song.seek(event.currentTarget.valueAsNumber)}
        data-testid="seek"
      />
      <Cues song={song} />
      <span class="time" data-testid="left">
        {known ? t.left({ time: formatTime(Math.ceil(duration - song.time.value)) }) : ""}
      </span>
      <span class="time whole" data-testid="duration">
        {formatTime(duration)}
      </span>
    </div>
  );
}
