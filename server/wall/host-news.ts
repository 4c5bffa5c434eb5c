import type { ServerMessage } from "../protocol/messages.ts";
import type { ScreenSeen } from "../protocol/wall.ts";

/** Least time between two times that the host hears what listeners caused, ms. */
const INTERVAL = 200;

export interface HostNewsOptions {
  /** How a screen is now; undefined where the wall has none of this id. */
  readonly see: (id: string) => ScreenSeen | undefined;
  /** Speaks to the host, if there is one. */
  readonly sendToHost: (message: ServerMessage) => void;
  /** Whether the host's page has not taken in yet what it was told before. */
  readonly isHostBehind: () => boolean;
}

/**
 * What the host hears of its screens. What the host has changed itself, it hears at once. What listeners
 * cause is gathered by screen: at most one state of each screen is told in every interval, and none to a host
 * that is behind, so that no crowd of listeners makes the host's page lose its wall.
 */
export class HostNews {
  readonly #options: HostNewsOptions;
  /** Screens that the host has been told of. */
  readonly #known = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** Runs while what comes must be gathered. */
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HostNewsOptions) {
    this.#options = options;
  }

  /** A host has just come, and is told all there is. */
  begin(ids: readonly string[]): void {
    for (const set of [this.#known, this.#changed, this.#removed]) set.clear();
    this.tellNow(ids);
  }

  /** A listener has changed a screen. */
  changed(id: string): void {
    this.#changed.add(id);
    this.#removed.delete(id);
    this.#tellSoon();
  }

  /** A screen is gone because of a listener. */
  removed(id: string): void {
    this.#changed.delete(id);
    if (!this.#known.has(id)) return;
    this.#removed.add(id);
    this.#tellSoon();
  }

  /** The host has changed these. */
  tellNow(ids: readonly string[]): void {
    const screens = ids.flatMap((id) => this.#options.see(id) ?? []);
    for (const id of ids) this.#changed.delete(id);
    for (const { id } of screens) this.#known.add(id);
    if (screens.length > 0) this.#options.sendToHost({ type: "screens", screens });
  }

  /** The host has removed this. */
  tellRemoved(id: string): void {
    for (const set of [this.#known, this.#changed, this.#removed]) set.delete(id);
    this.#options.sendToHost({ type: "screen-removed", id });
  }

  #tellSoon(): void {
    if (this.#timer) return;
    if (!this.#options.isHostBehind()) this.#tellGathered();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#changed.size + this.#removed.size > 0) this.#tellSoon();
    }, INTERVAL).unref();
  }

  #tellGathered(): void {
    for (const id of this.#removed) this.tellRemoved(id);
    this.tellNow([...this.#changed]);
  }
}
