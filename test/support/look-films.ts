import type { LookMode, Pattern } from "#protocol/wall.ts";
import { PALETTES } from "../../client/light/colour.ts";
import { FlashPhases } from "../../client/light/flash-phases.ts";
import type { LookMoment } from "../../client/wall/look/moment.ts";
import { pictureMap } from "../../client/wall/look/picture.ts";
import { Pulse } from "../../client/wall/look/pulse.ts";
import { STAR } from "../../client/wall/look/shape.ts";
import { stageOf, windowOf } from "../../client/wall/look/stage.ts";
import { openPlainView } from "../../client/wall/plain/plain-view.ts";
import { openView } from "../../client/wall/three/look-view.ts";
import type { Showing } from "../../client/wall/view.ts";

/**
 * Runs in a page of a test. Draws looks from levels that a formula gives, at times that the test chooses:
 * what is drawn depends on nothing else, least of all on how fast the machine is.
 */

/** What a screen paints. */
export interface Film {
  mode: LookMode;
  pattern: Pattern;
  /** `waves`: bands rise and fall one after the other. `strobe`: all at once, {@link STROBE_HZ}. */
  song: "waves" | "strobe";
  extent: { x: number; y: number; width: number; height: number };
  /** The screen's place on the wall, in places. */
  area: { x: number; y: number; width: number; height: number };
  /** Size of the picture, in pixels. */
  width: number;
  height: number;
  /** Times of the song that it paints, ms. */
  times: readonly number[];
  /** How many of the last pictures to return. */
  keep: number;
  webgl: boolean;
  /** Whether flashes are limited. */
  limited: boolean;
}

const BEAT_MS = 480;
const STROBE_HZ = 6;
/** The wall clock at the song's start, ms. */
const SONG_START = 1_700_000_000_000;

const SONGS: Record<Film["song"], LookMoment["bands"] & { at: number }> = {
  waves: {
    at: 0,
    level(band, ago) {
      return 0.55 + 0.45 * Math.sin((this.at - ago) / 170 + 9 * band);
    },
    whole(ago) {
      return 0.6 + 0.3 * Math.sin((this.at - ago) / 310);
    },
  },
  strobe: {
    at: 0,
    level(_band, ago) {
      return this.whole(ago);
    },
    whole(ago) {
      return (((this.at - ago) / 1_000) * STROBE_HZ) % 1 < 0.5 ? 1 : 0;
    },
  },
};

function momentAt({ pattern, extent, song }: Film, media: number): LookMoment {
  const beat = song === "strobe" ? 1_000 / STROBE_HZ : BEAT_MS;
  return {
    stage: stageOf(extent, null),
    pattern,
    inBar: (media / beat / 4) % 1,
    wall: SONG_START + media,
    media,
    shape: STAR,
    bands: Object.assign(SONGS[song], { at: media }),
    beatAges: [3, 2, 1, 0].map((beats) => (media % beat) + beats * beat),
  };
}

const FILM = Object.assign(document.createElement("canvas"), { width: 128, height: 72 });

/** The host's picture: colours from edge to edge with the waves, black and white with the strobe. */
function hostPicture(film: Film, { stage, bands }: LookMoment, version: number): Showing["picture"] {
  const pen = FILM.getContext("2d")!;
  const light = bands.whole(0);
  for (let x = 0; x < FILM.width; x += 4) {
    pen.fillStyle = film.song === "strobe" ? `hsl(0 0% ${100 * light}%)` : `hsl(${x * 2} 90% ${20 + x / 4}%)`;
    pen.fillRect(x, 0, 4, FILM.height);
  }
  const screen = film.area as Parameters<typeof windowOf>[0];
  const show = { fit: "fill", turn: 0, bezel: 0 } as const;
  const map = pictureMap({ screen, extent: film.extent, show, alone: false }, stage.ratio, FILM);
  const moves = film.song === "strobe" ? "none" : "brightness";
  return { image: FILM, width: FILM.width, height: FILM.height, version, map, moves, hasEdges: false };
}

/** Draws a film. Returns its last pictures: four bytes a pixel, row by row from the top, in base64. */
function draw(film: Film): string[] {
  const { mode, extent, area, width, height, times, keep, webgl, limited } = film;
  const canvas = document.createElement("canvas");
  const view = webgl
    ? openView(canvas, canvas.getContext("webgl2")!, mode)
    : openPlainView(canvas, mode, width * height);
  const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  const phases = new FlashPhases();
  const pulse = new Pulse();
  const pictures: string[] = [];
  for (const [n, media] of times.entries()) {
    const moment = momentAt(film, media);
    view.paint(moment, {
      ...(mode === "picture" && { picture: hostPicture(film, moment, n) }),
      window: windowOf(area as Parameters<typeof windowOf>[0], extent, moment.stage),
      palette: PALETTES.neon,
      width,
      height,
      shape: width / height,
      brightness: 1,
      turn: limited ? pulse.next(moment.bands.whole(0), media, phases.at(moment.wall)) : undefined,
    });
    if (n < times.length - keep) continue;
    pen.drawImage(canvas, 0, 0);
    pictures.push(btoa(String.fromCharCode(...pen.getImageData(0, 0, width, height).data)));
  }
  view.dispose();
  return pictures;
}

Object.assign(globalThis, { draw });
