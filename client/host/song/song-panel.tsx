import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { song as songWords } from "../../words/en/song.ts";
import { percentText } from "../../words/units.ts";
import { Icon } from "../ui/controls.tsx";
import { formatTime } from "../ui/format.ts";
import { DEMO, type Loading, type Song } from "./song.ts";

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
  const pick = () => {
    const file = picker.current?.files?.[0];
    if (file) void song.open(file);
    // Otherwise choosing the same file again is no change.
    if (picker.current) picker.current.value = "";
  };
  return (
    <div class={song.title.value === "" ? "choice" : "choice again"}>
      <input ref={picker} type="file" accept="audio/*" hidden onChange={pick} data-testid="file" />
      <button type="button" onClick={() => picker.current?.click()} data-testid="choose">
        {song.title.value === "" ? t.chooseFile : t.another}
      </button>
      <button type="button" onClick={() => void song.openDemo()} data-testid="demo">
        {t.playDemo}
      </button>
    </div>
  );
}

function LoadingBar({ song }: { song: Song }) {
  const loading = song.loading.value;
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
  if (name !== DEMO) return { name: t.loading({ name }), now: t.opening({ name }) };
  const isFetched = fetched === undefined;
  const now = isFetched ? t.openingDemo : t.fetchingDemo({ percent: percentText(fetched) });
  return { name: t.loadingDemo, now };
}

function Player({ song }: { song: Song }) {
  const t = songWords();
  const playing = song.playing.value;
  return (
    <div class="player">
      <button
        type="button"
        class="play"
        aria-label={playing ? t.pause : t.play}
        title={playing ? t.pauseKey : t.playKey}
        onClick={() => song.toggle()}
        data-testid="play"
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <h2 class="title" title={song.title.value} data-testid="title">
        {song.title.value}
      </h2>
      <Seek song={song} />
      <div class="tuning">
        <Switch
          name="loop"
          label={t.loop}
          title={song.loop.value ? t.loopOn({ key: "L" }) : t.loopOff({ key: "L" })}
          on={song.loop}
          icon="loop"
        />
        <Switch
          name="local-sound"
          label={t.localSound}
          title={song.localSound.value ? t.localSoundOn({ key: "M" }) : t.localSoundOff({ key: "M" })}
          on={song.localSound}
          icon={song.localSound.value ? "sound" : "mute"}
        />
        <label class="volume" title={t.volumeKeys}>
          <span class="small quiet">{t.volume}</span>
          <input
            type="range"
            min={0}
            max={1}
            step={0.01}
            aria-valuetext={percentText(song.volume.value)}
            value={song.volume.value}
            style={{ "--filled": song.volume.value }}
            onInput={(event) => {
              song.volume.value = event.currentTarget.valueAsNumber;
            }}
            data-testid="volume"
          />
        </label>
      </div>
    </div>
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
      <span class="time" data-testid="duration">
        {formatTime(duration)}
      </span>
    </div>
  );
}

interface SwitchProps {
  name: string;
  label: string;
  title: string;
  on: Song["loop"];
  icon: "loop" | "sound" | "mute";
}

function Switch({ name, label, title, on, icon }: SwitchProps) {
  return (
    <button
      type="button"
      class="switch"
      aria-label={label}
      aria-pressed={on.value}
      title={title}
      onClick={() => {
        on.value = !on.value;
      }}
      data-testid={name}
    >
      <Icon name={icon} />
    </button>
  );
}
