import { createHash } from "node:crypto";
import { networkOf } from "../net/address.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Role } from "../protocol/messages.ts";
import { type Attempt, GuessLimit } from "./guess-limit.ts";
import { RateLimit } from "./rate.ts";

export interface ClientLimitsOptions {
  readonly socketsPerAddress: number;
  readonly joinsPerMinute: number;
  readonly wallsPerHour: number;
  readonly wrongKeysPerMinute: number;
  readonly wrongCodesPerMinute: number;
  readonly messagesPerSecond: number;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

/** The burst of messages that a session may send equals its rate times this many seconds. */
const MESSAGE_BURST_S = 5;
/** Offers of one session. Each offer costs the server an SDP parse and the check of a certificate. */
const SESSION_OFFERS = { burst: 5, perSecond: 1 };
/** How many pairs of a network and a wall it knows are remembered. The oldest pair is dropped first. */
const KNOWN_WALLS_MAX = 50_000;

/**
 * The rate limits of clients. All but the limits of a session are counted per network (see
 * {@link networkOf}). A client that exceeds a limit gets an error; for guesses of codes, passwords and
 * tokens it waits first (see {@link GuessLimit}). Addresses are kept in memory only, for counting.
 */
export class ClientLimits {
  readonly #socketsMax: number;
  readonly #sockets = new Map<string, number>();
  readonly #joins: RateLimit;
  readonly #openedRooms: RateLimit;
  readonly #wrongKeys: RateLimit;
  readonly #messages: RateLimit;
  readonly #requests: RateLimit;
  readonly #sessionOffers: RateLimit;
  readonly #networkOffers: RateLimit;
  readonly #codes: GuessLimit;
  readonly #passwords: GuessLimit;
  readonly #tokens: GuessLimit;
  /** Pairs of a network and the code of a wall that it knows. */
  readonly #knownWalls = new Set<string>();

  constructor(options: ClientLimitsOptions) {
    const { joinsPerMinute, wallsPerHour, wrongKeysPerMinute, messagesPerSecond, now } = options;
    const rate = (burst: number, seconds: number) =>
      new RateLimit({ burst, perSecond: burst / seconds, now });
    this.#socketsMax = options.socketsPerAddress;
    this.#joins = rate(joinsPerMinute, 60);
    this.#openedRooms = rate(wallsPerHour, 3600);
    this.#wrongKeys = rate(wrongKeysPerMinute, 60);
    this.#messages = rate(messagesPerSecond * MESSAGE_BURST_S, MESSAGE_BURST_S);
    this.#requests = rate(messagesPerSecond * MESSAGE_BURST_S, MESSAGE_BURST_S);
    this.#sessionOffers = new RateLimit({ ...SESSION_OFFERS, now });
    this.#networkOffers = rate(joinsPerMinute, 60);
    this.#codes = new GuessLimit({ perMinute: options.wrongCodesPerMinute, now });
    this.#passwords = new GuessLimit({ perMinute: wrongKeysPerMinute, now });
    this.#tokens = new GuessLimit({ perMinute: wrongKeysPerMinute, now });
  }

  /**
   * Counts a WebSocket of a network. Pair with {@link releaseSocket}.
   * @returns false, and counts nothing, if the network has `socketsPerAddress` already
   */
  acquireSocket(address: string): boolean {
    const key = networkOf(address);
    const count = this.#sockets.get(key) ?? 0;
    if (count >= this.#socketsMax) return false;
    this.#sockets.set(key, count + 1);
    return true;
  }

  /** Counts a closed WebSocket. */
  releaseSocket(address: string): void {
    const key = networkOf(address);
    const count = this.#sockets.get(key) ?? 0;
    if (count > 1) this.#sockets.set(key, count - 1);
    else this.#sockets.delete(key);
  }

  /**
   * Counts a screen that joins, per network.
   * @throws LightwallError `rate-limited`
   */
  countJoin(address: string): void {
    enforce(this.#joins.take(networkOf(address)));
  }

  /**
   * Counts a new wall, per network.
   * @throws LightwallError `rate-limited`
   */
  countOpenedRoom(address: string): void {
    enforce(this.#openedRooms.take(networkOf(address)));
  }

  /**
   * Counts a wrong host key, per network. A host key cannot be guessed, therefore a right one is never
   * delayed.
   * @throws LightwallError `rate-limited` if the network has sent too many wrong keys
   */
  countWrongKey(address: string): void {
    enforce(this.#wrongKeys.take(networkOf(address)));
  }

  /**
   * Call before a wall is looked up by its code. Counts different unknown codes, per network.
   * @returns undefined if the network knows this wall already: then the code is no guess
   * @throws LightwallError `rate-limited` if too many attempts of the network are waiting
   */
  attemptCode(address: string, code: string): Attempt | undefined {
    const network = networkOf(address);
    return this.#knownWalls.has(pair(network, code))
      ? undefined
      : accepted(this.#codes.attempt(network, code));
  }

  /** Remembers that a network knows a wall: a screen there has found it, or its host is there. */
  addKnownWall(address: string, code: string): void {
    const key = pair(networkOf(address), code);
    this.#knownWalls.delete(key);
    this.#knownWalls.add(key);
    if (this.#knownWalls.size <= KNOWN_WALLS_MAX) return;
    const [oldest] = this.#knownWalls;
    if (oldest !== undefined) this.#knownWalls.delete(oldest);
  }

  /**
   * Call before the password of a wall is compared. Counts wrong passwords, per network and wall.
   * @throws LightwallError `rate-limited` if too many attempts are waiting
   */
  attemptPassword(address: string, code: string, password: string): Attempt {
    return accepted(this.#passwords.attempt(pair(networkOf(address), code), digest(password)));
  }

  /**
   * Call before a bearer token is compared. Counts wrong tokens, per network.
   * @throws LightwallError `rate-limited` if too many attempts are waiting
   */
  attemptToken(address: string, token: string): Attempt {
    return accepted(this.#tokens.attempt(networkOf(address), digest(token)));
  }

  /**
   * Counts a message, per session.
   * @throws LightwallError `flooding`
   */
  countMessage(session: string): void {
    if (!this.#messages.take(session)) throw new LightwallError("flooding");
  }

  /**
   * Counts a request of a program that controls a wall, per network. A network may make as many as one page
   * may send messages.
   * @throws LightwallError `changed-too-often`
   */
  countRequest(address: string): void {
    if (!this.#requests.take(networkOf(address))) throw new LightwallError("changed-too-often");
  }

  /**
   * Counts an offer of media, per session and per network. A network may make as many offers as joins.
   * Offers of hosts are counted apart from those of listeners, so that listeners cannot use up the limit of a
   * host in the same network.
   * @throws LightwallError `server-full`
   */
  countOffer(session: string, address: string, role: Role): void {
    if (!this.#sessionOffers.take(session) || !this.#networkOffers.take(`${role} ${networkOf(address)}`))
      throw new LightwallError("server-full");
  }

  /** Drops the counts of a session that has ended. */
  forgetSession(session: string): void {
    this.#sessionOffers.forget(session);
    this.#messages.forget(session);
  }
}

function enforce(isAllowed: boolean): void {
  if (!isAllowed) throw new LightwallError("rate-limited");
}

function accepted(attempt: Attempt | undefined): Attempt {
  if (!attempt) throw new LightwallError("rate-limited");
  return attempt;
}

function pair(network: string, code: string): string {
  return `${network} ${code}`;
}

/** The hash under which a secret is counted, so that the secret itself is not kept in memory. */
function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64");
}
