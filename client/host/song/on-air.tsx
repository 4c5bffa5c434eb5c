import { useMemo, useRef } from "preact/hooks";
import { onAir as onAirWords } from "../../words/en/song.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import type { Song } from "./song.ts";

/** The number of tiles in the meter. */
const TILES = 32;
/** The level at which the first tile lights, dB below full scale. */
const FLOOR_DB = 48;
/** How fast the meter falls, as a share of its length. */
const FALL_PER_SECOND = 1.4;
/** Time between two updates of the value that screen readers read. */
const ARIA_INTERVAL_S = 0.25;

/** How long after the wall went live by itself a press may still have been meant for *Go live*. */
const LATE_PRESS_MS = 1_000;

/** Whether the song is broadcast, its level, and the button that starts or ends the broadcast. */
export function OnAir({ song, broadcast }: { song: Song; broadcast: HostBroadcast }) {
  const t = onAirWords();
  const onAir = broadcast.onAir.value;
  return (
    <div class="on-air">
      <Meter song={song} />
      <p class="small quiet" aria-live="polite" data-testid="on-air">
        {stateText(onAir, song.playing.value, broadcast.fromProgram.value)}
      </p>
      {onAir === "off" ? (
        <button type="button" class="primary" onClick={() => goLive(song, broadcast)} data-testid="go-live">
          {t.goLive}
        </button>
      ) : (
        <button type="button" onClick={() => stop(broadcast)} data-testid="stop">
          {t.stop}
        </button>
      )}
    </div>
  );
}

function stateText(onAir: HostBroadcast["onAir"]["value"], playing: boolean, fromProgram: boolean): string {
  const t = onAirWords();
  if (fromProgram) return t.fromProgram;
  if (onAir === "connecting") return t.goingLive;
  if (onAir === "off") return playing ? t.playingNotLive : t.notLive;
  return playing ? t.live : t.livePaused;
}

/** A press on *Go live* that comes just after the wall went live by itself meets this button instead. */
function stop(broadcast: HostBroadcast): void {
  if (performance.now() - broadcast.wentLiveByItselfAt > LATE_PRESS_MS) broadcast.stop();
}

function goLive(song: Song, broadcast: HostBroadcast): void {
  const output = song.outputs.try();
  if (!output) return;
  void output.resume();
  broadcast.goLive(output.track);
  // It played when the page was left, and this is the press without which it could not go on.
  if (song.wasPlaying.peek()) void song.play();
}

/** The level of the song, at which a broadcast sends it. */
function Meter({ song }: { song: Song }) {
  const tiles = useRef<HTMLDivElement>(null);
  const meter = useMemo(() => new PeakMeter(), []);
  const sinceAria = useRef(0);
  useAnimationFrame((elapsed) => {
    const row = tiles.current;
    if (!row) return;
    const level = meter.move(song.analyser, elapsed);
    const lit = Math.round(level * TILES);
    for (let n = 0; n < TILES; n++) row.children[n]!.classList.toggle("lit", n < lit);
    sinceAria.current += elapsed;
    if (sinceAria.current < ARIA_INTERVAL_S) return;
    sinceAria.current = 0;
    row.setAttribute("aria-valuenow", String(Math.round(level * 100)));
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers cannot style a <meter> as a row of tiles
    <div
      ref={tiles}
      class="meter"
      role="meter"
      aria-label={onAirWords().level}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      data-testid="meter"
    >
      {Array.from({ length: TILES }, (_, n) => (
        <span key={n} style={{ "--position": n / (TILES - 1) }} />
      ))}
    </div>
  );
}

/** Rises with the sound at once, and falls at a constant rate. */
class PeakMeter {
  #samples = new Float32Array(2_048);
  #level = 0;

  /** @returns 0 (silence, or 48 dB below full scale) to 1 (full scale) */
  move(analyser: AnalyserNode | undefined, elapsed: number): number {
    const now = analyser ? this.#peak(analyser) : 0;
    this.#level = Math.max(now, this.#level - FALL_PER_SECOND * elapsed, 0);
    return this.#level;
  }

  #peak(analyser: AnalyserNode): number {
    analyser.getFloatTimeDomainData(this.#samples);
    let peak = 0;
    // By index: an iterator makes an object of each sample, 60 times a second.
    for (let n = 0; n < this.#samples.length; n++) peak = Math.max(peak, Math.abs(this.#samples[n]!));
    return Math.min(Math.max(1 + (20 * Math.log10(peak)) / FLOOR_DB, 0), 1);
  }
}
