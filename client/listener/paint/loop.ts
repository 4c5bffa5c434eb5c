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
    try {
      goesOn = this.#paint(now);
    } finally {
      // A frame that fails must not be the last one.
      if (goesOn) this.run();
    }
  };
}
