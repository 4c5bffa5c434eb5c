import type { Hand } from "#protocol/wall.ts";
import type { FlashPhase } from "../../light/flash-guard.ts";
import { FlashPhases } from "../../light/flash-phases.ts";
import { type PictureImage, pictureMap, type ShownPicture } from "./picture.ts";

type Placed = Parameters<typeof pictureMap>[0];

/** The host's picture on one screen, from frame to frame. */
export class ShownPictures {
  readonly #phases = new FlashPhases();
  #last: PictureImage | undefined;
  #isHeld = false;

  /**
   * Takes the picture of this frame. While the host freezes the light, the one before stays.
   * @returns whether there is one
   */
  take(image: PictureImage | undefined, { freeze }: Pick<Hand, "freeze">): boolean {
    this.#isHeld = freeze && this.#last !== undefined;
    if (!this.#isHeld) this.#last = image;
    return this.#last !== undefined;
  }

  /** The picture on a screen; undefined while there is none. */
  on(placed: Placed, moves: ShownPicture["moves"], ratio: number): ShownPicture | undefined {
    const image = this.#last;
    return image && { ...image, map: pictureMap(placed, ratio, image), moves, isHeld: this.#isHeld };
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
