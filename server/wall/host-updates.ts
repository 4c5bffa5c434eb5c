import type { ServerMessage } from "../protocol/messages.ts";
import type { ScreenSeen } from "../protocol/wall.ts";

/** Least time between two updates that listeners cause. */
const INTERVAL_MS = 200;

export interface HostUpdatesOptions {
  /** The current state of a screen; undefined if the wall has no such screen. */
  readonly find: (id: string) => ScreenSeen | undefined;
  /** Sends to the host and to programs that watch the wall, as far as they are there. */
  readonly sendToHost: (message: ServerMessage) => void;
  /** Whether much of what was sent to the host is still in the server's buffer. */
  readonly isHostBehind: () => boolean;
}

/**
 * Keeps the host informed about its screens. The host's own changes are sent back at once. Changes that
 * listeners cause are collected: every interval, the host gets at most one state of each screen, and nothing
 * while it is behind. A crowd of listeners therefore cannot fill the host's socket until it is terminated.
 */
export class HostUpdates {
  readonly #options: HostUpdatesOptions;
  /** Screens that the host knows. */
  readonly #known = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** Runs while changes must be collected. */
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HostUpdatesOptions) {
    this.#options = options;
  }

  /** Sends all screens to a host that has just joined. */
  sendAll(ids: readonly string[]): void {
    // Programs that watch the wall know them still.
    for (const id of this.#removed) this.sendRemoval(id);
    for (const set of [this.#known, this.#changed, this.#removed]) set.clear();
    this.sendNow(ids);
    // The host waits for the first message, also of a wall without screens.
    if (ids.length === 0) this.#options.sendToHost({ type: "screens", screens: [] });
  }

  /** Screens of which somebody is told now. Their removals are sent from now on. */
  know(ids: readonly string[]): ScreenSeen[] {
    const screens = ids.flatMap((id) => this.#options.find(id) ?? []);
    for (const { id } of screens) this.#known.add(id);
    return screens;
  }

  /** Collects a change of a screen that a listener has caused. */
  collectChange(id: string): void {
    this.#changed.add(id);
    this.#removed.delete(id);
    this.#sendSoon();
  }

  /** Collects the removal of a screen that a listener has caused. */
  collectRemoval(id: string): void {
    this.#changed.delete(id);
    if (!this.#known.has(id)) return;
    this.#removed.add(id);
    this.#sendSoon();
  }

  /** Sends screens that the host has changed. */
  sendNow(ids: readonly string[]): void {
    const screens = this.know(ids);
    for (const id of ids) this.#changed.delete(id);
    if (screens.length > 0) this.#options.sendToHost({ type: "screens", screens });
  }

  /** Sends the removal of a screen by the host. */
  sendRemoval(id: string): void {
    for (const set of [this.#known, this.#changed, this.#removed]) set.delete(id);
    this.#options.sendToHost({ type: "screen-removed", id });
  }

  #sendSoon(): void {
    if (this.#timer) return;
    if (!this.#options.isHostBehind()) this.#sendCollected();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#changed.size + this.#removed.size > 0) this.#sendSoon();
    }, INTERVAL_MS).unref();
  }

  #sendCollected(): void {
    for (const id of this.#removed) this.sendRemoval(id);
    this.sendNow([...this.#changed]);
  }
}
