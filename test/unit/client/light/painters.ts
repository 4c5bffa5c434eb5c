import { signal } from "@preact/signals";
import { vi } from "vitest";
import type { HostBroadcast } from "../../../../client/host/broadcast/host-broadcast.ts";
import type { Song } from "../../../../client/host/song/song.ts";
import { PreviewPainter } from "../../../../client/host/wall/preview-painter.ts";
import { WallLight } from "../../../../client/host/wall/wall-light.ts";
import { css } from "../../../../client/light/colour.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import { fixedSpans } from "../../../../client/light/level.ts";
import { Onsets } from "../../../../client/light/onsets.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";
import { Part } from "../../../../client/listener/paint/part.ts";
import { Screen } from "../../../../client/listener/paint/screen.ts";
import { extentOf } from "../../../../server/protocol/extent.ts";
import { NO_HAND, NOTHING_CHOSEN, type ScreenSeen, type Show } from "../../../../server/protocol/wall.ts";

export const FRAME_MS = 20;
const SAMPLE_RATE = 48_000;
const BINS = 256;
const SHAPE = { sampleRate: SAMPLE_RATE, fftSize: 2 * BINS };
const PHASES = new FlashPhases();
const NO_BEATS = { around: () => undefined, upTo: () => [] };
const SCALE = { weights: undefined, spans: fixedSpans(0), beats: NO_BEATS };
/** The wall clock when the page's clock is at 0, ms. */
const WALL_START_MS = 7_777;

/** What happens in a run, frame by frame. */
export interface Run {
  screens: readonly ScreenSeen[];
  show(frame: number): Show;
  /** Whether the song plays; it does by default. */
  isPlaying?(frame: number): boolean;
  frames?: number;
}

/** A frame's colour of one screen as its own page, its tile and the preview paint it. */
export interface Painted {
  frame: number;
  id: string;
  page: string;
  tile: string;
  preview: string;
}

export function screenAt(x: number, change: Partial<ScreenSeen> = {}): ScreenSeen {
  return {
    id: `screen-${x}`,
    number: x + 1,
    name: `Screen ${x}`,
    x,
    y: 0,
    width: 1,
    height: 1,
    band: null,
    locked: false,
    hand: NO_HAND,
    present: true,
    onWall: true,
    dealt: { index: x % 8, of: 8 },
    chosen: NOTHING_CHOSEN,
    ...change,
  };
}

/** Sound whose bands rise and fall at different times, with two beats a second. */
export const SOUND = Array.from({ length: 200 }, (_, frame) =>
  Float32Array.from(
    { length: BINS },
    (_, bin) => -35 - 30 * Math.abs(Math.sin(bin / 9 + frame / 17)) - 3 * (frame % 25),
  ),
);
const SILENCE = new Float32Array(BINS).fill(Number.NEGATIVE_INFINITY);

type LightOf = (id: string) => { colour: Rgb } | undefined;

/** The colours of the preview's panels, as painted last. */
const preview = vi.hoisted(() => ({ lightOf: (() => undefined) as LightOf }));

// The view needs a GPU; what it is told to paint does not.
vi.mock("../../../../client/wall/three/preview-view.ts", () => ({
  PreviewView: class {
    paint(_places: unknown, _extent: unknown, lightOf: LightOf): void {
      preview.lightOf = lightOf;
    }
  },
}));

/** A console's song and broadcast, with this sound and these screens; `song` and `wall` can be changed. */
export function fakeConsole(screens: readonly ScreenSeen[], show: Show, sound: () => Float32Array) {
  const analyser = {
    context: { sampleRate: SAMPLE_RATE },
    fftSize: 0,
    frequencyBinCount: BINS,
    getFloatFrequencyData: (into: Float32Array) => into.set(sound()),
  };
  const output = { localDelayMs: 0, latencyMs: 0, sampleRate: SAMPLE_RATE };
  const song = { analyser, output, settings: { soundTrim: signal(0) }, playing: signal(true) };
  const wall = {
    show: signal(show),
    placed: signal(new Map(screens.map((screen) => [screen.id, screen]))),
    extent: signal(extentOf(screens)),
    weights: signal(undefined),
    spans: signal(fixedSpans(0)),
    beats: NO_BEATS,
    phases: PHASES,
  };
  const broadcast = { phase: signal("ready"), wall, clock: { at: (now: number) => now + WALL_START_MS } };
  const ofConsole = [song as unknown as Song, broadcast as unknown as HostBroadcast] as const;
  return { song, wall, broadcast, ofConsole };
}

/**
 * Paints a wall as its screens, the console's tiles and the console's preview do, with one sound and clock.
 */
export function paintWall({ screens, show, isPlaying = () => true, frames = 100 }: Run): Painted[] {
  let frame = 0;
  const sound = () => (isPlaying(frame) ? SOUND[frame]! : SILENCE);
  vi.stubGlobal("devicePixelRatio", 1);

  const pages = screens.map((screen) => new Page(screen, screens, () => ({ frame, spectrum: sound() })));
  const { song, wall, ofConsole } = fakeConsole(screens, show(0), sound);
  const canvas = { clientWidth: 100, clientHeight: 100 } as HTMLCanvasElement;
  const painter = new PreviewPainter(canvas, ...ofConsole);
  const light = new WallLight(...ofConsole);

  const painted: Painted[] = [];
  for (; frame < frames; frame++) {
    const now = frame * FRAME_MS;
    wall.show.value = show(frame);
    song.playing.value = isPlaying(frame);
    for (const page of pages) page.obey(show(frame), isPlaying(frame));
    for (const page of pages) page.paint(now);
    light.begin(now);
    painter.paint(now, FRAME_MS / 1_000);
    for (const [n, { id }] of screens.entries()) {
      const panel = preview.lightOf(id);
      if (!panel) throw new Error(`The preview has no panel of ${id}.`);
      painted.push({
        frame,
        id,
        page: pages[n]!.colour,
        tile: light.backgroundOf(id),
        preview: css(panel.colour),
      });
    }
  }
  return painted;
}

/** A listener's page without the network: takes the host's settings and paints. */
class Page {
  colour: string = css([0, 0, 0]);
  readonly #part = new Part();
  readonly #screen: Screen;
  readonly #seen: ScreenSeen;
  readonly #all: readonly ScreenSeen[];
  readonly #onsets = new Onsets();
  readonly #heard: () => { frame: number; spectrum: Float32Array };

  constructor(
    seen: ScreenSeen,
    all: readonly ScreenSeen[],
    heard: () => { frame: number; spectrum: Float32Array },
  ) {
    this.#seen = seen;
    this.#all = all;
    const fillRect = () => {};
    const setColour = (colour: string) => {
      this.colour = colour;
    };
    const pen = {
      set fillStyle(colour: string) {
        setColour(colour);
      },
      fillRect,
    };
    this.#screen = new Screen({ getContext: () => pen } as unknown as HTMLCanvasElement, () => {});
    this.#heard = heard;
  }

  /** Hears and paints a frame. */
  paint(now: number): void {
    const { frame, spectrum } = this.#heard();
    const media = frame * FRAME_MS;
    this.#screen.take([{ media, spectrum }], this.#onsets.add(spectrum, media) ? [media] : []);
    this.#screen.paint({
      now,
      due: media,
      wall: now + WALL_START_MS,
      phase: PHASES.at(now + WALL_START_MS),
      flash: undefined,
    });
  }

  obey(show: Show, isPlaying: boolean): void {
    const { chosen, locked } = this.#seen;
    const place = {
      screen: this.#seen,
      dealt: this.#seen.dealt!,
      extent: extentOf(this.#all),
      alone: this.#all.length === 1,
    };
    this.#part.add({ at: 0, show, place });
    this.#part.advance(undefined);
    this.#screen.show(this.#part.task(chosen, show, SHAPE), SCALE);
    this.#screen.isLit = isPlaying && !locked;
  }
}
