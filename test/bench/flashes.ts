/**
 * `npm run check:flashes`: plays every made song to every scene on a wall of 4 × 2 screens, and counts
 * flashes by the text of WCAG, with the flash guard over the whole wall and without it. Some screens are
 * trimmed by up to 300 ms, and the clock of one stands still for 100 ms at a time. Solid scenes are checked
 * screen by screen; of looks, points that have the numbers from which the looks are drawn. Prints one line
 * of JSON for each scene, and a last one; exits with 1 if a second of the guarded light has more than three
 * flashes, or if none is found without the guard.
 */
import { MADE_SCENES, type Scene } from "../../client/host/wall/scenes/scenes.ts";
import { BandLevels } from "../../client/light/band-levels.ts";
import { Beats } from "../../client/light/beats.ts";
import { colourOf, namedPalette, type Palette } from "../../client/light/colour.ts";
import { FlashPhases, isInStep } from "../../client/light/flash-phases.ts";
import type { KnownBeats, Spans } from "../../client/light/light-map.ts";
import { PixelGuard } from "../../client/light/pixel-guard.ts";
import { measured, ScreenLight, taskOf } from "../../client/light/screen-light.ts";
import { FFT_SIZE } from "../../client/listener/ear/grid.ts";
import { barCount, barsOf } from "../../client/wall/look/bars.ts";
import { type LookMoment, levelAt } from "../../client/wall/look/moment.ts";
import { pitchPalette } from "../../client/wall/look/palette.ts";
import { Pulse } from "../../client/wall/look/pulse.ts";
import { RINGS, ringsOf, SECTORS } from "../../client/wall/look/rings.ts";
import { STAR } from "../../client/wall/look/shape.ts";
import { stageOf } from "../../client/wall/look/stage.ts";
import { makeSong, SONG_NAMES } from "../../scripts/songs/songs.ts";
import type { LookMode } from "../../server/protocol/wall.ts";
import { FIRST_SHOW, NO_HAND, NOTHING_CHOSEN } from "../../server/protocol/wall.ts";
import { FlashPlanner } from "../../server/wall/flash-planner.ts";
import { CHANGES_ALLOWED, count, countMean, countTogether, type Frame } from "../support/flash-checker.ts";
import { analysed } from "./light/analysed.ts";
import { hear } from "./light/heard.ts";
import { SAMPLE_RATE_HZ, WEIGHTS } from "./light/lightwall.ts";
import { FRAMES_PER_SECOND, type Moment } from "./light/way.ts";

const EXTENT = { x: 0, y: 0, width: 4, height: 2 };
const STAGE = stageOf(EXTENT, null);
const SHAPE = { sampleRate: SAMPLE_RATE_HZ, fftSize: FFT_SIZE };
/** How much later than the others each screen paints, ms. */
const TRIMS_MS = [0, 300, -30, 0, 100, -300, 30, 0];
/** The screen whose clock stands still for {@link STILL_MS} at a time, as with `resistFingerprinting`. */
const STILL_SCREEN = 3;
const STILL_MS = 100;
/** Points of a look that each screen shows. */
const POINTS = 5;
/** How much of each song is played, s. */
const SECONDS = 40;
/** The server gets the beats of so much time at once, ms. */
const PIECE_MS = 8_000;
/** The wall clock when the song begins, ms. */
const BEGIN_MS = 50_000;

/** A song as a wall plays it. */
interface Played {
  moments: readonly Moment[];
  spans: Spans;
  known: KnownBeats;
  /** Beats that the wall knows, ms of the song. */
  beats: readonly number[];
}

/** The time of one frame. */
interface Instant {
  /** Of the page's clock, ms. */
  now: number;
  /** Of the wall clock, as each screen knows it, ms. */
  walls: readonly number[];
  phases: FlashPhases;
}

const found = { guarded: 0, free: 0 };
const songs = SONG_NAMES.map(play);
for (const scene of MADE_SCENES) {
  const worst = { guarded: 0, free: 0 };
  for (const song of songs) {
    for (const kind of ["guarded", "free"] as const) {
      const lights = paint(scene, song, kind === "guarded");
      worst[kind] = Math.max(worst[kind], worstOf(lights));
    }
  }
  found.guarded = Math.max(found.guarded, worst.guarded);
  found.free = Math.max(found.free, worst.free);
  console.log(JSON.stringify({ scene: scene.name, changesInASecond: worst }));
}
const isMet = found.guarded <= CHANGES_ALLOWED && found.free > CHANGES_ALLOWED;
console.log(
  JSON.stringify({
    songs: songs.length,
    scenes: MADE_SCENES.length,
    trimsMs: TRIMS_MS,
    clockStepMs: STILL_MS,
    allowed: CHANGES_ALLOWED,
    changesInASecond: found,
    isMet,
  }),
);
if (!isMet) process.exitCode = 1;

function play(name: (typeof SONG_NAMES)[number]): Played {
  const { sound } = makeSong(name);
  const samples = SECONDS * SAMPLE_RATE_HZ;
  const { moments, seconds } = hear([sound[0].subarray(0, samples), sound[1].subarray(0, samples)]);
  const { beats, spans } = analysed(moments, seconds);
  const times = beats.between(0, seconds * 1_000).map(({ after }) => after);
  const upTo = (media: number) => times.filter((beat) => beat <= media).slice(-16);
  return { moments, spans, known: { around: (media) => beats.around(media), upTo }, beats: times };
}

/** The most changes of luminance or to and from red within a second: of one light, of all, of their mean. */
function worstOf(lights: Frame[][]): number {
  const together = countTogether(lights);
  const mean = countMean(
    lights,
    lights.map(() => 1),
  );
  const each = lights.map(count);
  return Math.max(...[together, mean, ...each].flatMap(({ general, red }) => [general, red]));
}

/** The frames of every screen, or of every point of a look. */
function paint({ show }: Scene, song: Played, isGuarded: boolean): Frame[][] {
  const paintFrame =
    show.mode === null || show.mode === "solid"
      ? solidPainter(show, song, isGuarded)
      : lookPainter({ ...show, mode: show.mode }, song, isGuarded);
  const [planner, phases] = [new FlashPlanner(), new FlashPhases()];
  let planned = Number.NEGATIVE_INFINITY;
  const lights: Frame[][] = [];
  for (let frame = 0; frame < SECONDS * FRAMES_PER_SECOND; frame++) {
    const now = (frame * 1_000) / FRAMES_PER_SECOND;
    const wall = BEGIN_MS + now;
    if (now - planned >= PIECE_MS) {
      const soon = song.beats.filter((beat) => beat > now && beat < now + PIECE_MS + 4_000);
      phases.plan = planner.follow(
        soon.map((beat) => BEGIN_MS + beat),
        wall,
      );
      planned = now;
    }
    const walls = TRIMS_MS.map((_, n) =>
      n === STILL_SCREEN ? Math.floor(wall / STILL_MS) * STILL_MS : wall,
    );
    for (const [n, rgb] of paintFrame({ now, walls, phases }).entries()) {
      lights[n] ??= [];
      lights[n].push({ at: now, rgb });
    }
  }
  return lights;
}

type PaintFrame = (instant: Instant) => (readonly [number, number, number])[];

/** What the wall's light may do on a screen. */
function phaseOf(n: number, { walls, phases }: Instant) {
  const error = n === STILL_SCREEN ? STILL_MS : 5;
  return phases.at(walls[n]!, isInStep(TRIMS_MS[n]!, error));
}

function solidPainter(
  show: Scene["show"],
  { moments, spans, known }: Played,
  isGuarded: boolean,
): PaintFrame {
  const lights = TRIMS_MS.map((_, n) => {
    const beats = new Beats();
    beats.known = known;
    const light = new ScreenLight(beats);
    const dealt = { index: n, of: TRIMS_MS.length };
    const place = { x: n % EXTENT.width, y: Math.floor(n / EXTENT.width), width: 1, height: 1 };
    const screen = { id: `screen-${n}`, ...place, band: null, dealt, hand: NO_HAND };
    const all = { ...FIRST_SHOW, ...show, safety: isGuarded ? ("wall" as const) : ("off" as const) };
    light.task = taskOf(all, { screen, extent: EXTENT, alone: false }, NOTHING_CHOSEN, SHAPE);
    light.spans = spans;
    return { light, next: 0 };
  });
  return (instant) =>
    lights.map((of, n) => {
      const media = instant.walls[n]! - BEGIN_MS - TRIMS_MS[n]!;
      for (; of.next < moments.length && moments[of.next]!.media <= media + 30; of.next++) {
        const { media: at, spectrum } = moments[of.next]!;
        of.light.add(at, measured(spectrum, of.light.task, WEIGHTS));
      }
      const wanted = of.light.wanted(media, instant.walls[n]!);
      return of.light.allowed(wanted, instant.now, of.light.obeyed(phaseOf(n, instant)));
    });
}

function lookPainter(
  { mode, pattern, palette: name, energy }: Scene["show"] & { mode: LookMode },
  { moments, spans, known }: Played,
  isGuarded: boolean,
): PaintFrame {
  const palette = namedPalette(name)!;
  const screens = TRIMS_MS.map(() => ({
    bands: new BandLevels(SAMPLE_RATE_HZ, FFT_SIZE),
    guard: new PixelGuard(POINTS),
    pulse: new Pulse(),
    next: 0,
  }));
  const light = pointLight(mode, palette);
  const beats = new Beats();
  beats.known = known;
  return (instant) =>
    screens.flatMap((screen, n) => {
      const wall = instant.walls[n]!;
      const media = wall - BEGIN_MS - TRIMS_MS[n]!;
      for (; screen.next < moments.length && moments[screen.next]!.media <= media + 30; screen.next++) {
        const { media: at, spectrum } = moments[screen.next]!;
        screen.bands.add(spectrum, at, WEIGHTS);
      }
      screen.bands.seek(media, spans, energy);
      const moment: LookMoment = {
        stage: STAGE,
        pattern,
        wall,
        media,
        inBar: beats.inBar(media),
        bands: screen.bands,
        shape: STAR,
        beatAges: known.upTo(media).map((beat) => media - beat),
      };
      const turn = screen.pulse.next(screen.bands.whole(0), instant.now, phaseOf(n, instant));
      const at = light(moment);
      const pixels = new Uint8ClampedArray(4 * POINTS);
      for (let point = 0; point < POINTS; point++) {
        const x = ((n % EXTENT.width) + (point + 0.5) / POINTS) * STAGE.ratio;
        const y = Math.floor(n / EXTENT.width) + (((point * 0.618 + 0.3) % 1) as number);
        pixels.set([...at(x, y), 255], 4 * point);
      }
      if (isGuarded) screen.guard.allow(pixels, turn, 1);
      return Array.from(
        { length: POINTS },
        (_, point) => [...pixels.subarray(4 * point, 4 * point + 3)] as unknown as [number, number, number],
      );
    });
}

/** Gives the light of any point at a moment, from the numbers from which a look is drawn. */
function pointLight(mode: LookMode, palette: Palette) {
  const bars = new Float32Array(2 * barCount(STAGE));
  const rings = new Float32Array(RINGS * SECTORS);
  return (moment: LookMoment) => {
    const { origin, reach, width, height } = moment.stage;
    if (mode === "bars") barsOf(moment, bars);
    if (mode === "rings") ringsOf(moment, rings);
    return (x: number, y: number) => {
      const pitch = x / width;
      const tint = (level: number) => colourOf(pitchPalette(palette, pitch, moment.wall), level);
      if (mode === "bars") {
        const h = 1 - y / height;
        return h < bars[2 * Math.floor(pitch * (bars.length / 2))]! ? tint(0.2 + 0.8 * h) : tint(0);
      }
      if (mode !== "rings") return tint(levelAt(moment, pitch, x, y));
      const [dx, dy] = [x - origin.x, y - origin.y];
      const ring = Math.min(Math.floor((Math.hypot(dx, dy) / reach) * RINGS), RINGS - 1);
      const sector = Math.min(Math.floor((Math.atan2(Math.abs(dx), -dy) / Math.PI) * SECTORS), SECTORS - 1);
      return tint(rings[ring * SECTORS + sector]!);
    };
  };
}
