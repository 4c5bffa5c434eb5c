import { network } from "./address.ts";
import { LightwallError } from "./protocol/errors.ts";
import { RateLimit } from "./rate.ts";

export interface GuardOptions {
  readonly socketsPerAddress: number;
  readonly joinsPerMinute: number;
  readonly roomsPerHour: number;
  readonly wrongKeysPerMinute: number;
  readonly messagesPerSecond: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/** A page may send as many messages at once as it may in so many seconds. */
const MESSAGE_BURST_SECONDS = 5;

/** How much each network may ask of the server. Addresses are kept in memory only, and only to be counted. */
export class Guard {
  readonly #socketsMax: number;
  readonly #sockets = new Map<string, number>();
  readonly #joins: RateLimit;
  readonly #rooms: RateLimit;
  readonly #wrong: RateLimit;
  readonly #messages: RateLimit;

  constructor(options: GuardOptions) {
    const { joinsPerMinute, roomsPerHour, wrongKeysPerMinute, messagesPerSecond, now } = options;
    const rate = (burst: number, seconds: number) =>
      new RateLimit({ burst, perSecond: burst / seconds, now });
    this.#socketsMax = options.socketsPerAddress;
    this.#joins = rate(joinsPerMinute, 60);
    this.#rooms = rate(roomsPerHour, 3600);
    this.#wrong = rate(wrongKeysPerMinute, 60);
    this.#messages = rate(messagesPerSecond * MESSAGE_BURST_SECONDS, MESSAGE_BURST_SECONDS);
  }

  /** Counts a socket in. False when its network has as many as it may. Pair with {@link leave}. */
  enter(address: string): boolean {
    const key = network(address);
    const count = this.#sockets.get(key) ?? 0;
    if (count >= this.#socketsMax) return false;
    this.#sockets.set(key, count + 1);
    return true;
  }

  /** Counts a socket out. */
  leave(address: string): void {
    const key = network(address);
    const count = this.#sockets.get(key) ?? 0;
    if (count > 1) this.#sockets.set(key, count - 1);
    else this.#sockets.delete(key);
  }

  /** @throws LightwallError `rate-limited` */
  join(address: string): void {
    allow(this.#joins.take(network(address)));
  }

  /** @throws LightwallError `rate-limited` */
  openRoom(address: string): void {
    allow(this.#rooms.take(network(address)));
  }

  /**
   * Before something that can be guessed is looked at.
   * @throws LightwallError `rate-limited` after too many wrong ones
   */
  guess(address: string): void {
    allow(this.#wrong.has(network(address)));
  }

  /**
   * A key, password or token was wrong.
   * @throws LightwallError `rate-limited` if it was one too many
   */
  wrong(address: string): void {
    allow(this.#wrong.take(network(address)));
  }

  /**
   * A session has sent a message.
   * @throws LightwallError `flooding`
   */
  message(session: string): void {
    if (!this.#messages.take(session)) throw new LightwallError("flooding");
  }

  /** A session is over. */
  ended(session: string): void {
    this.#messages.forget(session);
  }
}

function allow(allowed: boolean): void {
  if (!allowed) throw new LightwallError("rate-limited");
}
