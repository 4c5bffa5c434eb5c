import { LookLoader } from "../../wall/look-loader.ts";
import type { Look, LookOptions } from "../../wall/shown-look.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";
import type { Song } from "../song/song.ts";
import { clipPathOf } from "./clip-path.ts";
import { FrozenParts } from "./frozen-parts.ts";
import { snapshot } from "./snapshot.ts";
import { type SolidPatch, SolidTiles } from "./solid-tiles.ts";
import { type LitBroadcast, WallLight } from "./wall-light.ts";
import { shadeOf, shareOf, WallPicture } from "./wall-picture.ts";

/** Most pixels of a look that lies under all tiles: as many as 640 × 360. */
const PIXELS_MAX = 230_400;
/** Pixels of such a look without WebGL, which the page's thread draws one by one beside all other work. */
const PIXELS_PLAIN = 12_000;

/** A tile as it is painted. */
interface PaintedTile {
  readonly element: HTMLElement;
  readonly id: string;
  /** Its background in CSS, as set last. */
  background: string | undefined;
}

/**
 * Paints the console's tiles with the code that screens run. A look is drawn once for the whole wall, on a
 * canvas that lies under the tiles and is clipped to them, and so is solid light. The tiles above are
 * transparent, and dim their part of a look where the host has dimmed their screen.
 */
export class FlatPainter {
  readonly #grid: HTMLElement;
  /** Lies under the tiles, exactly over the wall. */
  readonly #layer: HTMLElement;
  readonly #broadcast: LitBroadcast;
  readonly #light: WallLight;
  readonly #picture: WallPicture;
  readonly #options: LookOptions;
  readonly #looks: LookLoader;
  readonly #frozen: FrozenParts;
  readonly #solid: SolidTiles;
  readonly #resized: ResizeObserver;
  #look: Look | undefined;
  #size = { width: 0, height: 0, ratio: 1 };
  #tiles: PaintedTile[] = [];
  #path = "";
  #isMeasured = false;
  /** Whether a look lies under the tiles. */
  #isCovered = false;

  /**
   * @param grid of the tiles, each with the id of its screen in `data-id`
   * @param layer under the tiles
   */
  constructor(grid: HTMLElement, layer: HTMLElement, song: Song, broadcast: LitBroadcast) {
    this.#grid = grid;
    this.#layer = layer;
    this.#broadcast = broadcast;
    this.#light = new WallLight(song, broadcast);
    this.#picture = new WallPicture(this.#light, broadcast);
    this.#frozen = new FrozenParts(layer);
    this.#solid = new SolidTiles(layer);
    this.#options = {
      sampleRate: () => song.outputs.sampleRate,
      put: (canvas) => this.#solid.canvas.after(canvas),
      size: () => this.#size,
      pixelsMax: PIXELS_MAX,
      pixelsPlain: PIXELS_PLAIN,
      keepsResolution: true,
      plain: false,
      picture: () => broadcast.pictures.present,
      onLost: () => this.#drawPlain(),
    };
    this.#looks = new LookLoader(this.#options, (look) => {
      this.#look?.dispose();
      this.#look = look;
    });
    this.#resized = new ResizeObserver(() => this.arrange());
    this.#resized.observe(layer);
  }

  /** Takes the tiles as they are from the next frame on. To be called when they have come, gone or moved. */
  arrange(): void {
    this.#isMeasured = false;
  }

  /** Paints a frame. */
  paint(now: number): void {
    this.#light.begin(now);
    if (!this.#isMeasured) this.#measure();
    const isCovered = this.#paintLook();
    this.#isCovered = isCovered;
    // A look that is dark hides itself.
    this.#solid.isSeen = !isCovered;
    if (!isCovered) {
      this.#look?.hide();
      this.#solid.paint(this.#patches(), this.#broadcast.wall.extent.peek());
    }
    const screens = this.#broadcast.wall.placed.peek();
    for (const tile of this.#tiles) {
      const background = isCovered ? shaded(screens.get(tile.id)) : this.#ofDragged(tile);
      if (background === tile.background) continue;
      tile.background = background;
      tile.element.style.backgroundColor = background;
    }
  }

  /** The solid light of each screen at its place. */
  #patches(): SolidPatch[] {
    const screens = this.#broadcast.wall.placed.peek();
    return this.#tiles.flatMap(({ id, element }) => {
      const area = screens.get(id);
      if (!area || isDragged(element)) return [];
      return [{ area, colour: this.#light.backgroundOf(id) }];
    });
  }

  /** A tile that is dragged takes its light with it. */
  #ofDragged({ id, element }: PaintedTile): string {
    return isDragged(element) ? this.#light.backgroundOf(id) : "";
  }

  /** A small picture of the wall as a data URL; undefined while it is dark. Call it after {@link paint}. */
  snapshot(): string | undefined {
    if (!this.#light.isLit) return;
    const patches = this.#patches().filter(({ colour }) => colour !== "");
    const look = this.#isCovered ? this.#look?.canvas : undefined;
    return snapshot(this.#broadcast.wall.extent.peek(), patches, look);
  }

  close(): void {
    this.#resized.disconnect();
    this.#looks.show("solid", this.#picture.place);
  }

  /** Paints the look. False while there is none, and tiles are solid. */
  #paintLook(): boolean {
    const { place, mode } = this.#picture;
    this.#looks.show(mode ?? "solid", place);
    const look = this.#look;
    const { isLit, spectrum, now } = this.#light;
    if (look && isLit) look.add(spectrum, now, this.#broadcast.wall.weights.peek());
    const isCovered = look?.paint(this.#picture.frame()) ?? false;
    this.#frozen.update(isCovered ? look?.canvas : undefined, this.#broadcast.wall);
    return isCovered;
  }

  /** From now on the look is drawn without WebGL: a page that has lost its GPU may never get it back. */
  #drawPlain(): void {
    this.#options.plain = true;
    this.#looks.show("solid", this.#picture.place);
  }

  /** Reads where the tiles are. This may force a layout, so it is not done in every frame. */
  #measure(): void {
    this.#isMeasured = true;
    const layer = this.#layer;
    const { offsetWidth: width, offsetHeight: height } = layer;
    this.#size = { width, height, ratio: devicePixelRatio };
    const former = new Map(this.#tiles.map((tile) => [tile.element, tile]));
    const elements = [...this.#grid.querySelectorAll<HTMLElement>("[data-id]")];
    this.#tiles = elements.map((element) => {
      const id = element.dataset.id!;
      const before = former.get(element);
      return before?.id === id ? before : { element, id, background: undefined };
    });
    const screens = this.#broadcast.wall.placed.peek();
    const seen = elements.filter((element) => screens.get(element.dataset.id!)?.present);
    const rectangles = seen.map(({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) => ({
      left: offsetLeft - layer.offsetLeft,
      top: offsetTop - layer.offsetTop,
      width: offsetWidth,
      height: offsetHeight,
    }));
    const radius = seen[0] ? Number.parseFloat(getComputedStyle(seen[0]).borderTopLeftRadius) : 0;
    const path = clipPathOf(rectangles, radius || 0);
    if (path !== this.#path) layer.style.clipPath = path;
    this.#path = path;
  }
}

function isDragged(element: HTMLElement): boolean {
  return element.classList.contains("dragged");
}

/** The background of a tile over a look; none for a screen that is away. */
function shaded(screen: WallScreen | undefined): string {
  return screen?.present ? shadeOf(shareOf(screen)) : "";
}
