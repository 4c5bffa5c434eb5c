import { createHash } from "node:crypto";
import { network } from "../net/address.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Role } from "../protocol/messages.ts";
import { RateLimit } from "./rate.ts";
import { Tries, type Try } from "./tries.ts";

export interface GuardOptions {
  readonly socketsPerAddress: number;
  readonly joinsPerMinute: number;
  readonly wallsPerHour: number;
  readonly wrongKeysPerMinute: number;
  readonly wrongCodesPerMinute: number;
  readonly messagesPerSecond: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/** A page may send as many messages at once as it may in so many seconds. */
const MESSAGE_BURST_SECONDS = 5;
/**
 * Offers that a page may make at once, and lastingly a second: each costs the parsing of its SDP, and a
 * certificate's work.
 */
const OFFERS = { burst: 5, perSecond: 1 };
/** Pairs of a network and the code of a wall that it has found, remembered; the oldest go first. */
const FOUND_MAX = 50_000;

/** How much each network may ask of the server. Addresses are kept in memory only, and only to be counted. */
export class Guard {
  readonly #socketsMax: number;
  readonly #sockets = new Map<string, number>();
  readonly #joins: RateLimit;
  readonly #rooms: RateLimit;
  readonly #wrongKeys: RateLimit;
  readonly #messages: RateLimit;
  readonly #offers: RateLimit;
  readonly #networkOffers: RateLimit;
  readonly #codes: Tries;
  readonly #passwords: Tries;
  readonly #tokens: Tries;
  readonly #found = new Set<string>();

  constructor(options: GuardOptions) {
    const { joinsPerMinute, wallsPerHour, wrongKeysPerMinute, messagesPerSecond, now } = options;
    const rate = (burst: number, seconds: number) =>
      new RateLimit({ burst, perSecond: burst / seconds, now });
    this.#socketsMax = options.socketsPerAddress;
    this.#joins = rate(joinsPerMinute, 60);
    this.#rooms = rate(wallsPerHour, 3600);
    this.#wrongKeys = rate(wrongKeysPerMinute, 60);
    this.#messages = rate(messagesPerSecond * MESSAGE_BURST_SECONDS, MESSAGE_BURST_SECONDS);
    this.#offers = new RateLimit({ ...OFFERS, now });
    this.#networkOffers = rate(joinsPerMinute, 60);
    this.#codes = new Tries({ perMinute: options.wrongCodesPerMinute, now });
    this.#passwords = new Tries({ perMinute: wrongKeysPerMinute, now });
    this.#tokens = new Tries({ perMinute: wrongKeysPerMinute, now });
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
   * A host key was wrong. Nobody can guess one, so a right one is never held up.
   * @throws LightwallError `rate-limited` if it was one too many
   */
  wrongKey(address: string): void {
    allow(this.#wrongKeys.take(network(address)));
  }

  /**
   * Before a wall is looked for by its code.
   * @returns undefined where the network has found this wall before: it can guess nothing that it does not
   * know
   * @throws LightwallError `rate-limited` after too many unknown ones
   */
  code(address: string, code: string): Try | undefined {
    const from = network(address);
    return this.#found.has(pair(from, code)) ? undefined : waiting(this.#codes.take(from, code));
  }

  /** The network of this address has found the wall with this code, or is where its host is. */
  found(address: string, code: string): void {
    const key = pair(network(address), code);
    this.#found.delete(key);
    this.#found.add(key);
    if (this.#found.size <= FOUND_MAX) return;
    const [oldest] = this.#found;
    if (oldest !== undefined) this.#found.delete(oldest);
  }

  /**
   * Before a wall's password is looked at. Counted for each network and wall.
   * @throws LightwallError `rate-limited` where too many wait already
   */
  password(address: string, code: string, password: string): Try {
    return waiting(this.#passwords.take(pair(network(address), code), digest(password)));
  }

  /**
   * Before a token that opens a page is looked at.
   * @throws LightwallError `rate-limited` where too many wait already
   */
  token(address: string, token: string): Try {
    return waiting(this.#tokens.take(network(address), digest(token)));
  }

  /**
   * A session has sent a message.
   * @throws LightwallError `flooding`
   */
  message(session: string): void {
    if (!this.#messages.take(session)) throw new LightwallError("flooding");
  }

  /**
   * A session makes an offer. Its network may make as many as it may join screens. Those of hosts are counted
   * apart, so that listeners do not use them up.
   * @throws LightwallError `server-full`
   */
  offer(session: string, address: string, role: Role): void {
    if (!this.#offers.take(session) || !this.#networkOffers.take(`${role} ${network(address)}`))
      throw new LightwallError("server-full");
  }

  /** A session is over. */
  ended(session: string): void {
    this.#offers.forget(session);
    this.#messages.forget(session);
  }
}

function allow(allowed: boolean): void {
  if (!allowed) throw new LightwallError("rate-limited");
}

function waiting(one: Try | undefined): Try {
  if (!one) throw new LightwallError("rate-limited");
  return one;
}

function pair(network: string, code: string): string {
  return `${network} ${code}`;
}

/** What stands for a secret in memory. */
function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64");
}
