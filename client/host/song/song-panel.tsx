import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Icon } from "../ui/controls.tsx";
import { formatTime } from "../ui/format.ts";
import type { Song } from "./song.ts";

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
      <h2>Choose a song</h2>
      <p class="quiet">Drop an mp3 anywhere on this page, or choose one here.</p>
    </div>
  );
}

function Choice({ song }: { song: Song }) {
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
        {song.title.value === "" ? "Choose a file" : "Another song"}
      </button>
      <button type="button" onClick={() => void song.openDemo()} data-testid="demo">
        Play the demo song
      </button>
    </div>
  );
}

function LoadingBar({ song }: { song: Song }) {
  const loading = song.loading.value;
  if (!loading) return null;
  const { name, fetched } = loading;
  return (
    <div class="loading" data-testid="loading">
      <progress aria-label={`Loading ${name}`} {...(fetched !== undefined && { value: fetched })} />
      <span class="small quiet">
        {fetched === undefined ? `Opening ${name}` : `Fetching ${name}, ${Math.round(fetched * 100)} %`}
      </span>
    </div>
  );
}

function Player({ song }: { song: Song }) {
  const playing = song.playing.value;
  return (
    <div class="player">
      <button
        type="button"
        class="play"
        aria-label={playing ? "Pause" : "Play"}
        title={playing ? "Pause (space)" : "Play (space)"}
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
        <Switch name="loop" label="Loop" keyName="L" on={song.loop} icon="loop" />
        <Switch
          name="local-sound"
          label="Sound on this computer"
          keyName="M"
          on={song.localSound}
          icon={song.localSound.value ? "sound" : "mute"}
        />
        <label class="volume" title="Volume of this computer (up, down)">
          <span class="small quiet">Volume</span>
          <input
            type="range"
            min={0}
            max={1}
            step={0.01}
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
        aria-label="Position in the song"
        aria-valuetext={`${formatTime(song.time.value)} of ${formatTime(duration)}`}
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
  keyName: string;
  on: Song["loop"];
  icon: "loop" | "sound" | "mute";
}

function Switch({ name, label, keyName, on, icon }: SwitchProps) {
  return (
    <button
      type="button"
      class="switch"
      aria-label={label}
      aria-pressed={on.value}
      title={`${label}: ${on.value ? "on" : "off"} (${keyName})`}
      onClick={() => {
        on.value = !on.value;
      }}
      data-testid={name}
    >
      <Icon name={icon} />
    </button>
  );
}
