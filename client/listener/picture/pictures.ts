import type { PictureImage } from "../../wall/look/picture.ts";
import type { Pace } from "../pace/pace.ts";
import { DuePictures, dueOf } from "./due-pictures.ts";
import { LAYERS, type PictureReceivers } from "./receivers.ts";
import type { DecodedPicture, PictureSource, SourceOptions } from "./source.ts";
import { openSource } from "./track-source.ts";

/** Pictures for which nobody has asked for this long are not decoded any more, ms. */
const UNUSED_MS = 10_000;

/** The host's picture on this screen, at its time. Decodes only while a look asks for it. */
export class Pictures {
  readonly #pace: Pace;
  readonly #due = new DuePictures<DecodedPicture>();
  #receivers: PictureReceivers | undefined;
  #sources: PictureSource[] = [];
  #unused: ReturnType<typeof setTimeout> | undefined;
  /** How many pictures have come. */
  #count = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** What receives the layers from now on; undefined while nothing does. */
  set receivers(receivers: PictureReceivers | undefined) {
    this.#close();
    this.#receivers = receivers;
  }

  /**
   * The picture to paint now; undefined while there is none. It stays open until the next call.
   * @param wall the wall clock as this screen keeps it, ms
   */
  at(now: number, wall: number): PictureImage | undefined {
    const clocks = this.#pace.timing?.pictures;
    if (!clocks) {
      this.#close();
      return;
    }
    clearTimeout(this.#unused);
    this.#unused = setTimeout(() => this.#close(), UNUSED_MS);
    this.#open();
    return this.#due.at(wall, { clocks, delay: this.#pace.delay(now) })?.image;
  }

  #open(): void {
    const receivers = this.#receivers;
    if (!receivers || this.#sources.length > 0) return;
    const pace = this.#pace;
    const options: Omit<SourceOptions, "layer" | "receiver"> = {
      timesOf: {
        wall: () => pace.at(performance.now()),
        due: (layer, timestamp) => {
          const clocks = pace.timing?.pictures;
          const delay = pace.delay(performance.now());
          return clocks?.[layer] && dueOf({ layer, timestamp, arrived: 0 }, { clocks, delay });
        },
        delay: () => pace.delay(performance.now()),
      },
      onPicture: (picture) => {
        picture.image.version = ++this.#count;
        this.#due.add(picture);
      },
    };
    this.#sources = LAYERS.map((layer) => openSource({ ...options, layer, receiver: receivers[layer] }));
  }

  #close(): void {
    clearTimeout(this.#unused);
    for (const source of this.#sources) source.close();
    this.#sources = [];
    this.#due.clear();
  }
}
