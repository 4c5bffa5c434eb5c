import { type Bridge, PICTURE } from "./bridge.ts";
import { LAYERS, type Layer } from "./wishes.ts";

/** How long after the last wish pictures are carried on, ms: three wishes may be lost. */
const WANTED_MS = 7_000;

export interface PictureRelayOptions {
  readonly bridge: Pick<Bridge, "send" | "receive" | "drop" | "wish" | "takeWishes">;
  /** A listener at another machine needs a key frame of a host that is at this one. */
  readonly keyframeWanted: (broadcast: string, layer: Layer) => void;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

/** The pictures of one broadcast. */
interface Entry {
  readonly way: "send" | "receive";
  /** Whether packets are carried now. */
  isOpen: boolean;
  wantedAt: number;
  /** Ends what listens for wishes. */
  end(): void;
}

/**
 * Carries the pictures of broadcasts between machines, as the bridge carries their songs, but only while
 * somebody looks at them: pictures are twenty times as much. A machine whose listeners take pictures says so
 * every two seconds, and the machine of the host sends both layers until nobody has said so for a while.
 */
export class PictureRelay {
  readonly #options: PictureRelayOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: PictureRelayOptions) {
    this.#options = options;
  }

  /** A broadcast goes to other machines from now on, or comes from one, or neither. */
  set(broadcast: string, way: "send" | "receive" | "none"): void {
    this.#forget(broadcast);
    if (way === "none") return;
    const entry: Entry = { way, isOpen: false, wantedAt: 0, end: () => {} };
    this.#entries.set(broadcast, entry);
    if (way === "receive") return;
    entry.end = this.#options.bridge.takeWishes(broadcast, ({ keyframe }) => {
      this.#open(broadcast, entry);
      if (keyframe) this.#options.keyframeWanted(broadcast, keyframe);
    });
  }

  /** Listeners here take pictures of a broadcast. Ignored unless it comes from another machine. */
  want(broadcast: string): void {
    const entry = this.#entries.get(broadcast);
    if (entry?.way !== "receive") return;
    // First, so that nothing is missed that is sent because of the wish.
    this.#open(broadcast, entry);
    this.#options.bridge.wish(broadcast, {});
  }

  /** A listener here needs a key frame. Ignored unless the broadcast comes from another machine. */
  wantKeyframe(broadcast: string, keyframe: Layer): void {
    if (this.#entries.get(broadcast)?.way === "receive") this.#options.bridge.wish(broadcast, { keyframe });
  }

  /** Ends what nobody has wanted for a while; call it about once a second. */
  tick(): void {
    const time = this.#options.now();
    for (const [broadcast, entry] of this.#entries) {
      if (entry.isOpen && time - entry.wantedAt > WANTED_MS) this.#close(broadcast, entry);
    }
  }

  /** Ends everything; idempotent. */
  close(): void {
    for (const broadcast of [...this.#entries.keys()]) this.#forget(broadcast);
  }

  #open(broadcast: string, entry: Entry): void {
    const { bridge, now } = this.#options;
    entry.wantedAt = now();
    if (entry.isOpen) return;
    entry.isOpen = true;
    for (const layer of LAYERS) {
      if (entry.way === "send") bridge.send(`${broadcast}/${layer}`, PICTURE);
      else bridge.receive(`${broadcast}/${layer}`);
    }
  }

  #close(broadcast: string, entry: Entry): void {
    entry.isOpen = false;
    for (const layer of LAYERS) this.#options.bridge.drop(`${broadcast}/${layer}`);
  }

  #forget(broadcast: string): void {
    const entry = this.#entries.get(broadcast);
    if (!entry) return;
    entry.end();
    this.#close(broadcast, entry);
    this.#entries.delete(broadcast);
  }
}
