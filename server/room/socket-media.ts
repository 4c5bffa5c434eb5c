import type { NetworkQuota } from "../limits/network-quota.ts";
import { RateLimit } from "../limits/rate.ts";
import type { BroadcastId } from "../media/model.ts";
import { encodeFrames, type TimedFrame } from "../protocol/frames.ts";
import { RTP_PER_MS } from "../protocol/timing.ts";

/** Frames kept: more than the longest wall delay, ms. */
const KEPT_MS = 2_500;
/**
 * What a screen needs before the first light that is due: a decoder's warm-up and a spectrum's window, ms.
 */
const LEAD_MS = 200;
/** Frames go on over the socket for this long after UDP is up, so that no frame falls between both, ms. */
const OVERLAP_MS = 1_000;
/** The engine's frames are taken for this long after they were last needed, ms. */
const TAP_KEPT_MS = 10_000;
/** Frames that one listener may ask for again: 15 % of the packets of a bad link, and a burst. */
const REPAIRS_PER_SECOND = 20;
const REPAIRS_BURST = 100;
/** How often one listener gets the last frames: it joins, loses UDP, and asks anew. */
const STARTS_PER_SECOND = 0.1;
const STARTS_BURST = 5;

/** What a listener needs to be for frames over its socket. */
export interface FrameReceiver {
  readonly id: string;
  /** The network of its address (see `networkOf`). */
  readonly network: string;
  /** Sends a binary message, or drops it where the socket is behind. */
  sendFrames(message: Uint8Array): void;
}

/** What the engine does for it: gives all frames of a broadcast, first those of the last seconds. */
export interface FrameSource {
  tap(broadcast: BroadcastId): void;
  untap(broadcast: BroadcastId): void;
}

/** RTP times of missing frames: from the first to before the second, modulo 2^32. */
export type MissingRange = readonly [from: number, to: number];

export interface SocketMediaOptions {
  readonly broadcast: BroadcastId;
  readonly source: FrameSource;
  /** Counts the listeners of the whole server that get all frames over their sockets. */
  readonly quota: NetworkQuota;
  /** The wall delay now, ms. */
  readonly delayMs: () => number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/** A listener that gets all frames, until a time in ms; until it is told otherwise without one. */
interface Follower {
  readonly receiver: FrameReceiver;
  /** It has asked for them because it gets none over UDP; others get them because they have just joined. */
  isInNeed: boolean;
  until: number | undefined;
}

/**
 * A room's frames over WebSockets. A listener that joins gets those of the last wall delay, so that its
 * screen lights at once. A listener that gets none over UDP gets all. One that has lost some gets those.
 * Nothing waits: a socket that is behind skips frames.
 */
export class SocketMedia {
  readonly #options: SocketMediaOptions;
  /** Ids of the listeners that take frames. */
  readonly #receivers = new Set<string>();
  readonly #followers = new Map<string, Follower>();
  /** Ids of those to which UDP leads. A listener may have that before there is any frame. */
  readonly #overUdp = new Set<string>();
  /** Listeners that need all frames and for which there was no room, by id. */
  readonly #refused = new Map<string, FrameReceiver>();
  readonly #repairs: RateLimit;
  readonly #starts: RateLimit;
  /** The last frames, in the order in which they came. */
  #kept: readonly TimedFrame[] = [];
  /** By listener, what waits for the first frames of the engine. */
  readonly #waiting = new Map<string, () => void>();
  #isTapped = false;
  #neededAt = 0;

  constructor(options: SocketMediaOptions) {
    this.#options = options;
    const { now } = options;
    this.#repairs = new RateLimit({ burst: REPAIRS_BURST, perSecond: REPAIRS_PER_SECOND, now });
    this.#starts = new RateLimit({ burst: STARTS_BURST, perSecond: STARTS_PER_SECOND, now });
  }

  /** Listeners that get all frames over their sockets now. */
  get size(): number {
    return this.#followers.size;
  }

  /** Whether a listener gets all frames over its socket, and does not change to UDP at the moment. */
  serves({ id }: Pick<FrameReceiver, "id">): boolean {
    const follower = this.#followers.get(id);
    return follower !== undefined && follower.until === undefined;
  }

  /** Adds a listener that takes frames and has joined. It gets the first at once. */
  add(receiver: FrameReceiver): void {
    this.#receivers.add(receiver.id);
    this.#begin(receiver, false);
  }

  /**
   * The listener gets no frames over UDP. Sends what light needs that is due now, and from then on all frames
   * until {@link stop}, as soon as the server and the listener's network have room.
   */
  start(receiver: FrameReceiver): void {
    if (!this.#receivers.has(receiver.id)) return;
    this.#overUdp.delete(receiver.id);
    this.#begin(receiver, true);
  }

  /** The listener gets its frames over UDP. */
  stop(receiver: FrameReceiver): void {
    this.#refused.delete(receiver.id);
    if (this.#receivers.has(receiver.id)) this.#overUdp.add(receiver.id);
    const follower = this.#followers.get(receiver.id);
    if (follower) follower.until = this.#options.now() + OVERLAP_MS;
  }

  /** The listener is gone. */
  remove(receiver: FrameReceiver): void {
    this.#receivers.delete(receiver.id);
    this.#overUdp.delete(receiver.id);
    this.#refused.delete(receiver.id);
    this.#endFollowing(receiver);
    this.#repairs.forget(receiver.id);
    this.#starts.forget(receiver.id);
    this.#waiting.delete(receiver.id);
  }

  /** Sends frames that a listener has lost, as far as they are kept and within its share. */
  repair(receiver: FrameReceiver, missing: readonly MissingRange[]): void {
    if (!this.#receivers.has(receiver.id)) return;
    this.#whenTapped(receiver, () => {
      const frames = this.#kept.filter(
        ({ timestamp }) =>
          missing.some(([from, to]) => (timestamp - from) >>> 0 < (to - from) >>> 0) &&
          this.#repairs.take(receiver.id),
      );
      if (frames.length > 0) receiver.sendFrames(encodeFrames(frames));
    });
  }

  /** The engine has new frames. */
  take(frames: readonly TimedFrame[]): void {
    if (frames.length === 0) return;
    this.#kept = [...this.#kept, ...frames];
    this.#kept = this.#within(KEPT_MS);
    if (this.#followers.size > 0) {
      const message = encodeFrames(frames);
      for (const { receiver } of this.#followers.values()) receiver.sendFrames(message);
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const run of waiting) run();
  }

  /** Ends what has had its time; called once a second. */
  tick(): void {
    const now = this.#options.now();
    for (const { receiver, until } of this.#followers.values()) {
      if (until !== undefined && now >= until) this.#endFollowing(receiver);
    }
    for (const receiver of [...this.#refused.values()]) this.start(receiver);
    if (this.#followers.size + this.#refused.size + this.#waiting.size > 0) this.#neededAt = now;
    else if (this.#isTapped && now - this.#neededAt > TAP_KEPT_MS) this.#untap();
  }

  /** Takes no more frames; idempotent. */
  close(): void {
    for (const { receiver } of this.#followers.values()) this.remove(receiver);
    if (this.#isTapped) this.#untap();
  }

  #begin(receiver: FrameReceiver, isInNeed: boolean): void {
    const follower = this.#followers.get(receiver.id);
    if (follower) {
      follower.until = undefined;
      follower.isInNeed ||= isInNeed;
      return;
    }
    if (isInNeed && this.#refused.has(receiver.id) && !this.#makeRoom(receiver)) return;
    this.#whenTapped(receiver, () => {
      const recent = this.#within(this.#options.delayMs() + LEAD_MS);
      if (recent.length > 0 && this.#starts.take(receiver.id)) receiver.sendFrames(encodeFrames(recent));
      this.#follow(receiver, isInNeed);
    });
  }

  #follow(receiver: FrameReceiver, isInNeed: boolean): void {
    const { quota, now } = this.#options;
    const hasRoom = isInNeed ? this.#makeRoom(receiver) : !this.#isFullFor(receiver);
    if (!hasRoom) {
      if (isInNeed) this.#refused.set(receiver.id, receiver);
      return;
    }
    this.#refused.delete(receiver.id);
    quota.acquire(receiver.network);
    const until = this.#overUdp.has(receiver.id) ? now() + OVERLAP_MS : undefined;
    this.#followers.set(receiver.id, { receiver, isInNeed, until });
  }

  #isFullFor({ network }: FrameReceiver): boolean {
    return this.#options.quota.isFull || this.#options.quota.isFullFor(network);
  }

  /**
   * Makes room for a listener in need, by ending the frames of one that has just joined if there is one: that
   * one has got what its first light needs.
   * @returns false if there is no room
   */
  #makeRoom({ network }: FrameReceiver): boolean {
    const { quota } = this.#options;
    const isFullForNetwork = quota.isFullFor(network);
    if (!quota.isFull && !isFullForNetwork) return true;
    for (const { receiver, isInNeed } of this.#followers.values()) {
      if (isInNeed || (isFullForNetwork && receiver.network !== network)) continue;
      this.#endFollowing(receiver);
      return true;
    }
    return false;
  }

  #endFollowing({ id, network }: FrameReceiver): void {
    if (this.#followers.delete(id)) this.#options.quota.release(network);
  }

  /** The frames of the last milliseconds before the newest. */
  #within(lastMs: number): readonly TimedFrame[] {
    const newest = this.#kept.at(-1)?.timestamp ?? 0;
    return this.#kept.filter(({ timestamp }) => Math.abs((newest - timestamp) | 0) < lastMs * RTP_PER_MS);
  }

  #whenTapped({ id }: FrameReceiver, run: () => void): void {
    this.#neededAt = this.#options.now();
    if (this.#kept.length > 0) {
      run();
      return;
    }
    // A listener that starts gets all that it could ask for.
    if (!this.#waiting.has(id)) this.#waiting.set(id, run);
    if (this.#isTapped) return;
    this.#isTapped = true;
    this.#options.source.tap(this.#options.broadcast);
  }

  #untap(): void {
    this.#isTapped = false;
    this.#kept = [];
    this.#waiting.clear();
    this.#options.source.untap(this.#options.broadcast);
  }
}
