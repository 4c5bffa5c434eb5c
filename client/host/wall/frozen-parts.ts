import type { WallScreen } from "../broadcast/host-wall.ts";
import type { LitBroadcast } from "./wall-light.ts";

/** How long a look takes to come, ms. */
const COMING_MS = 500;

/** The parts of a look that the host has frozen on single screens: each is a still copy over the look. */
export class FrozenParts {
  readonly #layer: HTMLElement;
  /** By screen id. */
  readonly #parts = new Map<string, HTMLCanvasElement>();
  #screens: ReadonlyMap<string, WallScreen> | undefined;
  #canvas: HTMLCanvasElement | undefined;
  /** When copies are made, ms of `performance.now()`. */
  #copiesFrom = 0;

  /** @param layer under the tiles, exactly over the wall */
  constructor(layer: HTMLElement) {
    this.#layer = layer;
  }

  /**
   * Copies what has been frozen, and removes what is no longer. To be called in the task in which the look
   * was painted: later a canvas with WebGL is empty.
   * @param canvas with the look of the whole wall; undefined while there is none
   */
  update(canvas: HTMLCanvasElement | undefined, { placed, extent }: LitBroadcast["wall"]): void {
    const screens = placed.peek();
    if (canvas !== this.#canvas) {
      // Another look has only begun to come: a copy would be dark.
      this.#removeAll();
      [this.#screens, this.#canvas] = [undefined, canvas];
      this.#copiesFrom = performance.now() + COMING_MS;
    }
    if (screens === this.#screens || performance.now() < this.#copiesFrom) return;
    this.#screens = screens;
    for (const [id, part] of this.#parts) {
      if (screens.get(id)?.hand.freeze) continue;
      part.remove();
      this.#parts.delete(id);
    }
    if (!canvas) return;
    const { x, y, width, height } = extent.peek();
    for (const screen of screens.values()) {
      if (!screen.hand.freeze || !screen.present) continue;
      const area = {
        left: (screen.x - x) / width,
        top: (screen.y - y) / height,
        width: screen.width / width,
        height: screen.height / height,
      };
      let part = this.#parts.get(screen.id);
      if (!part) {
        part = copyOf(canvas, area);
        this.#parts.set(screen.id, part);
        this.#layer.append(part);
      }
      // Its screen may have been moved, with what it shows.
      for (const [side, share] of Object.entries(area)) part.style.setProperty(side, `${100 * share}%`);
    }
  }

  #removeAll(): void {
    for (const part of this.#parts.values()) part.remove();
    this.#parts.clear();
  }
}

/** A still copy of an area of a canvas, whose lengths are shares of the canvas's. */
function copyOf(
  canvas: HTMLCanvasElement,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  copy.width = Math.max(Math.round(width * canvas.width), 1);
  copy.height = Math.max(Math.round(height * canvas.height), 1);
  copy.getContext("2d")!.drawImage(canvas, -left * canvas.width, -top * canvas.height);
  return copy;
}
