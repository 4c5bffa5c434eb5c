/** Interval of the animation frames of most displays, ms. */
const FRAME_MS = 1_000 / 60;

/** Calls for animation frames as long as there is something to paint. */
export class Loop {
  readonly #paint: (now: number) => boolean;
  #frame = 0;

  /** @param paint paints the frame of a time in ms; returns whether the next one may differ */
  constructor(paint: (now: number) => boolean) {
    this.#paint = paint;
  }

  /** Paints from the next frame on. */
  run(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (now: number): void => {
    this.#frame = 0;
    let goesOn = true;
    // A page that was busy is called late by whole frames, and what it paints is shown later by as many.
    const lateMs = performance.now() - now;
    try {
      goesOn = this.#paint(now + lateMs - (lateMs % FRAME_MS));
    } finally {
      // A frame that fails must not be the last one.
      if (goesOn) this.run();
    }
  };
}
