/**
 * `npm run bench:light`: how much light moves, and whether it moves with the beat. Eight songs that are made
 * in as many styles go through this program's way from spectrum to solid light, and through those of LedFx,
 * of cava and of the article with which this program began. Prints one line of JSON for each band:
 * percentiles of the lightness (CIE L*, 0..1), travel in a second, rise at a beat, share at full light;
 * medians over songs, without the first 3 s of each. The last line is JSON too. Exits with 1 if an aim is
 * missed.
 *
 * `-- --songs <folder>` measures and judges the files of a folder too, 90 s of each at most; their beats are
 * those that the program finds, or the onsets of sounds in a file without rhythm. It needs ffmpeg.
 * `--only-files` leaves out the made songs. `--guard` measures what the whole-wall flash guard leaves.
 * `--verbose` prints each song on stderr. `--painted` measures instead what four screens in Chromium paint of
 * three songs, with the wall's flash guard on: of three made songs, or of a folder's first three files. It
 * needs the pages: `npm run build`.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { SongBeats } from "../../client/host/light/song-beats.ts";
import { BANDS, type BandName } from "../../client/light/band.ts";
import { makeSong, SONG_NAMES } from "../../scripts/songs/songs.ts";
import { AIMS, type Guarded, missedOf, PAINTED_RANGE_MIN } from "./light/aims.ts";
import { article } from "./light/article.ts";
import { cava } from "./light/cava.ts";
import { decode, type Sound, songFiles } from "./light/files.ts";
import { guarded } from "./light/guard.ts";
import { hear, trackedBeats } from "./light/heard.ts";
import { ledfx } from "./light/ledfx.ts";
import { lightwall } from "./light/lightwall.ts";
import { type Figures, measure, medians, rounded } from "./light/metrics.ts";
import { measurePainted } from "./light/painted.ts";
import type { Way } from "./light/way.ts";

const NAMES = ["all", "bass", "low-mids", "mids", "high-mids", "brilliance"] as const satisfies BandName[];
const WAYS = { lightwall, ledfx, cava, article } as const satisfies Record<string, Way>;
type WayName = keyof typeof WAYS;
const WAY_NAMES = Object.keys(WAYS) as WayName[];

const { values } = parseArgs({
  options: {
    songs: { type: "string" },
    "only-files": { type: "boolean", default: false },
    guard: { type: "boolean", default: false },
    painted: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

interface Song {
  name: string;
  sound: Sound;
  /** s; undefined where nobody knows. */
  beats?: readonly number[];
}

/** Figures of all songs in one band and way; those behind the guard apart. */
interface Cell {
  free: Figures[];
  guarded: Figures[];
}

/** Below this there is no rise of which a share could be lost. */
const RISE_MIN = 0.02;

/** The songs that are painted: with a beat, and not alike. */
const PAINTED_SONGS = ["rock", "four-on-the-floor", "chiptune"] as const;

const missed: string[] = [];
const counts: Record<string, number> = {};
try {
  const files = values.songs === undefined ? [] : songFiles(values.songs).map(opened);
  if (values.painted) await judgePainted(files);
  else judgeComputed(files);
  const isMet = missed.length === 0 && Object.keys(counts).length > 0;
  const aims = values.painted ? { paintedRangeMin: PAINTED_RANGE_MIN } : AIMS;
  console.log(JSON.stringify({ songs: counts, guard: values.guard || values.painted, aims, missed, isMet }));
  if (!isMet) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function opened(path: string): () => Song {
  return () => ({ name: basename(path), sound: decode(path) });
}

function judgeComputed(files: readonly (() => Song)[]): void {
  if (!values["only-files"])
    judge(
      "made",
      SONG_NAMES.map((name) => () => makeSong(name)),
    );
  if (files.length > 0) judge("files", files);
}

/** Measures what screens paint of some songs, and prints and judges each. */
async function judgePainted(files: readonly (() => Song)[]): Promise<void> {
  const makers =
    files.length > 0
      ? files.slice(0, PAINTED_SONGS.length)
      : PAINTED_SONGS.map((name) => () => makeSong(name));
  const measured = await measurePainted(makers.map((make) => make()));
  counts.painted = measured.length;
  for (const { name, screens } of measured) {
    console.log(JSON.stringify({ song: name, screens }));
    for (const { band, range } of screens) {
      if (range < PAINTED_RANGE_MIN)
        missed.push(`${name}, ${band}: range ${range}, aim ${PAINTED_RANGE_MIN} at least`);
    }
  }
}

/** Measures some songs, one after the other, and prints and judges the medians of each band. */
function judge(songs: string, makers: readonly (() => Song)[]): void {
  const cells = NAMES.flatMap((band) => WAY_NAMES.map((way) => `${band} ${way}`));
  const table = new Map(cells.map((key): [string, Cell] => [key, { free: [], guarded: [] }]));
  for (const make of makers) measureSong(make(), table);
  counts[songs] = makers.length;
  for (const band of NAMES) {
    const figures = Object.fromEntries(
      WAY_NAMES.map((way) => [way, figuresOf(table.get(`${band} ${way}`)!)]),
    );
    console.log(JSON.stringify({ songs, band, ...figures }));
    const { lightwall, ledfx } = figures as Record<WayName, ReturnType<typeof figuresOf>>;
    missed.push(...missedOf(band, { lightwall, ledfx }).map((text) => `${songs}: ${text}`));
  }
}

function measureSong({ name, sound, beats }: Song, table: ReadonlyMap<string, Cell>): void {
  const { moments, seconds, beats: found } = hear(sound);
  const known = new SongBeats(trackedBeats(moments))
    .between(0, seconds * 1_000)
    .map(({ after }) => after / 1_000);
  for (const band of NAMES) {
    for (const way of WAY_NAMES) {
      const lightness = WAYS[way](moments, seconds, BANDS[band]);
      const figures = measure(lightness, beats ?? found);
      const cell = table.get(`${band} ${way}`)!;
      cell.free.push(figures);
      if (values.guard) cell.guarded.push(measure(guarded(lightness, known), beats ?? found));
      if (values.verbose)
        process.stderr.write(`${name} ${band} ${way} ${JSON.stringify(rounded(figures))}\n`);
    }
  }
}

function figuresOf(cell: Cell): Figures & { guarded?: Guarded } {
  const free = rounded(medians(cell.free));
  if (cell.guarded.length === 0) return free;
  const { range, riseAtBeat } = rounded(medians(cell.guarded));
  const before = free.riseAtBeat ?? 0;
  const share = riseAtBeat === undefined || before < RISE_MIN ? undefined : 1 - riseAtBeat / before;
  const riseLost = share === undefined ? undefined : Math.round(share * 1_000) / 1_000;
  return { ...free, guarded: { range, riseAtBeat, riseLost } };
}
