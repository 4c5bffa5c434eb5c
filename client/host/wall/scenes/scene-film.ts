import { BAR_BEATS } from "#protocol/light-map.ts";
import type { SceneShow } from "#protocol/scenes.ts";
import { FIRST_SHOW } from "#protocol/wall.ts";
import { BANDS, type Band } from "../../../light/band.ts";
import { colourOf, css, namedPalette, PALETTES } from "../../../light/colour.ts";
import { bandOf, pitchBand, spotOf } from "../../../light/layout.ts";
import { lagOf, levelOf } from "../../../light/patterns.ts";
import { type LookMoment, sinceBeatAt } from "../../../wall/look/moment.ts";
import { bandPalette } from "../../../wall/look/palette.ts";
import { STAR } from "../../../wall/look/shape.ts";
import { PLACE_RATIO, stageOf, wholeOf } from "../../../wall/look/stage.ts";
import { openPlainView } from "../../../wall/plain/plain-view.ts";

/** The wall that a film shows. */
const WALL = { x: 0, y: 0, width: 4, height: 2 };
const PLACES = WALL.width * WALL.height;
const STAGE = stageOf(WALL, null);
const SHAPE = (WALL.width * PLACE_RATIO) / WALL.height;
/** Pixels of a picture. */
const PICTURE_PIXELS = 3_200;
/** Gap between two screens, as a share of a place. */
const GAP = 0.06;
/** The beat of the films' music, ms. */
const BEAT_MS = 500;

/** Pictures of a film, and the time from one to the next, ms. Together they are one bar, which repeats. */
export const FILM_PICTURES = 16;
const PICTURE_MS = (BAR_BEATS * BEAT_MS) / FILM_PICTURES;
/** Pictures of a flow that come before, so that the first one has what flows on. */
const BEFORE = 8;

/**
 * A scene as a short film of a small wall, to music that only the films have. The pictures lie side by side
 * on one canvas, which the style sheet moves: to paint ten walls in every frame would take a whole core.
 */
export class SceneFilm {
  readonly #show: SceneShow;
  readonly #paint: (moment: LookMoment) => void;
  readonly #picture = document.createElement("canvas");
  readonly #film: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #next: number;

  constructor(film: HTMLCanvasElement, show: SceneShow) {
    this.#film = film;
    this.#show = show;
    this.#next = show.mode === "flow" ? -BEFORE : 0;
    this.#paint = this.#painter(this.#picture);
    this.#paint(momentAt(show, 0));
    const { width, height } = this.#picture;
    Object.assign(film, { width: width * FILM_PICTURES, height });
    this.#pen = film.getContext("2d", { alpha: false })!;
  }

  /** Paints the next picture. Returns false once the film is complete. */
  paintNext(): boolean {
    // Later than the pictures before, which are at times of the last bar.
    this.#paint(momentAt(this.#show, (this.#next + FILM_PICTURES) * PICTURE_MS));
    if (this.#next >= 0) this.#pen.drawImage(this.#picture, this.#next * this.#picture.width, 0);
    this.#next += 1;
    this.#film.dataset.complete = String(this.#next === FILM_PICTURES);
    return this.#next < FILM_PICTURES;
  }

  #painter(canvas: HTMLCanvasElement): (moment: LookMoment) => void {
    const { mode, palette: name } = this.#show;
    const palette = namedPalette(name) ?? PALETTES["by-band"];
    if (mode === null || mode === "solid") {
      const height = Math.round(Math.sqrt(PICTURE_PIXELS / SHAPE));
      Object.assign(canvas, { width: Math.round(height * SHAPE), height });
      const pen = canvas.getContext("2d", { alpha: false })!;
      return (moment) => this.#paintSolid(pen, moment);
    }
    const view = openPlainView(canvas, mode, PICTURE_PIXELS);
    const window = wholeOf(STAGE);
    const still = { window, palette, width: 0, height: 0, shape: SHAPE, brightness: 1, turn: undefined };
    return (moment) => view.paint(moment, still);
  }

  #paintSolid(pen: CanvasRenderingContext2D, moment: LookMoment): void {
    const { width, height } = pen.canvas;
    const [wide, high] = [width / WALL.width, height / WALL.height];
    const palette = namedPalette(this.#show.palette) ?? PALETTES["by-band"];
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, width, height);
    for (let n = 0; n < PLACES; n++) {
      const [x, y] = [n % WALL.width, Math.floor(n / WALL.width)];
      const spot = spotOf({ x, y, width: 1, height: 1 }, WALL, null);
      const screen = { id: String(n), band: null, dealt: { index: n, of: PLACES }, width: 1 };
      const band = bandOf(screen, spot, { ...FIRST_SHOW, ...this.#show }) ?? BANDS.all;
      const ago = lagOf(this.#show.pattern, spot);
      const { bands } = moment;
      const heard = band === BANDS.all ? bands.whole(ago) : bands.level(pitchOf(band), ago);
      const light = {
        level: heard,
        sinceBeat: sinceBeatAt(moment, ago),
        inBar: moment.inBar,
        wall: moment.wall,
      };
      const level = levelOf(this.#show.pattern, spot, light);
      pen.fillStyle = css(colourOf(bandPalette(palette, band, moment.wall, spot), level));
      pen.fillRect((x + GAP) * wide, (y + GAP) * high, (1 - 2 * GAP) * wide, (1 - 2 * GAP) * high);
    }
  }
}

/** The middle of a band, as a part of the wall's range. */
function pitchOf({ low, high }: Band): number {
  const range = pitchBand(0, 1);
  return Math.log2(Math.sqrt(low * high) / range.low) / Math.log2(range.high / range.low);
}

/**
 * A moment of the films' music: a kick on each beat, notes that wander, and hats between the beats. As on a
 * wall, the energy of the scene makes light rise higher on a beat and fall faster.
 */
function momentAt({ pattern, energy }: SceneShow, now: number): LookMoment {
  const rise = Math.min(energy, 1);
  const fallen = (rate: number, beats: number) => Math.exp(-rate * energy * (beats % 1));
  const level = (band: number, ago: number) => {
    const beats = (now - ago) / BEAT_MS;
    const kick = rise * fallen(4, beats) * Math.max(1 - 3 * band, 0);
    const hat = rise * fallen(5, beats * 2) * Math.max(3 * band - 2, 0) * 0.8;
    const note = 0.5 + 0.5 * Math.sin(1.7 * Math.floor(beats) + 9 * band + 0.4 * beats);
    return Math.min(kick + hat + 0.75 * note ** 2 * fallen(1.2, beats), 1);
  };
  const whole = (ago: number) => 0.3 + 0.7 * fallen(3, (now - ago) / BEAT_MS);
  const sinceBeat = now % BEAT_MS;
  return {
    stage: STAGE,
    pattern,
    inBar: ((now / BEAT_MS) % BAR_BEATS) / BAR_BEATS,
    wall: now,
    media: now,
    bands: { level, whole },
    shape: STAR,
    beatAges: [3, 2, 1, 0].map((beats) => sinceBeat + beats * BEAT_MS),
  };
}
