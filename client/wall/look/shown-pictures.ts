import type { Hand } from "#protocol/wall.ts";
import type { FlashPhase } from "../../light/flash-guard.ts";
import { FlashPhases } from "../../light/flash-phases.ts";
import { type PictureImage, pictureMap, type ShownPicture } from "./picture.ts";

type Placed = Parameters<typeof pictureMap>[0];

/** The host's picture on one screen, from frame to frame. */
export class ShownPictures {
  readonly #phases = new FlashPhases();
  readonly #copy: (image: PictureImage["image"]) => PictureImage["image"];
  #shown: PictureImage | undefined;
  /** Whether what is shown is the copy that was made when the host froze the light. */
  #isHeld = false;
  /** How many copies have been made. */
  #copies = 0;

  /** @param copy makes an image that stays as the given one is now */
  constructor(copy = copyOf) {
    this.#copy = copy;
  }

  /**
   * Takes the picture of this frame. While the host freezes the light, the first one that was there stays.
   * It is copied, since the given one goes on: a frame is closed, an element or a canvas shows the next one.
   * @returns whether there is one
   */
  take(image: PictureImage | undefined, { freeze }: Pick<Hand, "freeze">): boolean {
    if (!freeze) this.release();
    if (this.#isHeld) return true;
    this.#shown = image;
    if (image && freeze) {
      this.#isHeld = true;
      // Images without a version are read in each frame; the copy has one, which no source gives.
      this.#shown = {
        image: this.#copy(image.image),
        width: image.width,
        height: image.height,
        version: image.version ?? -++this.#copies,
      };
    }
    return image !== undefined;
  }

  /** Forgets what was frozen. */
  release(): void {
    if (this.#isHeld) this.#shown = undefined;
    this.#isHeld = false;
  }

  /** The picture on a screen; undefined while there is none. */
  on(placed: Placed, moves: ShownPicture["moves"], ratio: number): ShownPicture | undefined {
    const image = this.#shown;
    const hasEdges = placed.show.fit === "fit";
    return image && { ...image, map: pictureMap(placed, ratio, image), moves, hasEdges };
  }

  /**
   * When a picture may rise and fall. A picture brightens without any music, so a screen without a wall's
   * phase does not follow the music, but takes the usual times.
   */
  phase({ wall, phase }: { wall: number; phase: FlashPhase | undefined }): FlashPhase {
    return phase ?? this.#phases.at(wall);
  }

  /** Factor of its light: it needs no music. */
  brightness({ blackout, brightness }: Pick<Hand, "blackout" | "brightness">): number {
    return blackout ? 0 : brightness;
  }
}

/** The image on a canvas of its own. It is in main memory, so it stays when the GPU is lost. */
function copyOf(image: PictureImage["image"]): PictureImage["image"] {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = sizeOf(image);
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!pen) return image;
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Size of an image, in pixels. */
function sizeOf(image: PictureImage["image"]): [width: number, height: number] {
  if ("displayWidth" in image) return [image.displayWidth, image.displayHeight];
  return "videoWidth" in image ? [image.videoWidth, image.videoHeight] : [image.width, image.height];
}
