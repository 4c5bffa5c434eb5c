import type { DecodedFrame } from "../ear/decoder.ts";
import type { Ear } from "../ear/ear.ts";
import type { Loudspeaker } from "./loudspeaker.ts";
import type { Pace } from "./pace.ts";

/** The sound of this screen, which is off until a person wants it. Its loudspeaker is loaded later. */
export class Sound {
  readonly #pace: Pace;
  readonly #ear: Pick<Ear, "resume" | "wantSound">;
  #loudspeaker: Loudspeaker | undefined;

  constructor(pace: Pace, ear: Pick<Ear, "resume" | "wantSound">) {
    this.#pace = pace;
    this.#ear = ear;
    document.addEventListener("visibilitychange", () => document.hidden || this.#loudspeaker?.resume());
  }

  /**
   * Loads the loudspeaker. It must be there before a person can want sound: browsers let a page sound only if
   * it begins within the gesture itself.
   * @throws Error if the server does not deliver it
   */
  async load(): Promise<void> {
    const loaded = await import("./loudspeaker.ts");
    this.#loudspeaker ??= new loaded.Loudspeaker(this.#pace);
  }

  /** To be called in a person's gesture. */
  want(isWanted: boolean): void {
    if (this.#loudspeaker) this.#loudspeaker.isAudible = isWanted;
    this.#ear.wantSound(isWanted);
  }

  /** A person is here: what the browser has held back may begin. */
  resume(): void {
    this.#ear.resume();
    this.#loudspeaker?.resume();
  }

  play(frame: DecodedFrame): void {
    this.#loudspeaker?.play(frame);
  }
}
