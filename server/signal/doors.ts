import type { Logger } from "pino";
import type { ServerCapacity } from "../limits/capacity.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { networkOf } from "../net/address.ts";
import type { Route } from "../net/proxies.ts";
import { codeOf, type ErrorCode, LightwallError } from "../protocol/errors.ts";
import type { Rooms } from "../room/rooms.ts";
import { Admission } from "./admission.ts";
import type { ConnectingPeers } from "./connecting-peers.ts";
import { type Door, DoorSession } from "./door-session.ts";
import { findAsHost } from "./host-door.ts";
import type { IceServers } from "./ice-servers.ts";

/** Counts joins by outcome. */
export interface DoorMetrics {
  join(role: Door, outcome: "joined" | ErrorCode): void;
}

export interface DoorsOptions {
  readonly rooms: Rooms;
  readonly limits: ClientLimits;
  readonly capacity: ServerCapacity;
  readonly connectingPeers: ConnectingPeers;
  readonly iceServers: IceServers;
  readonly metrics: DoorMetrics;
  readonly log: Logger;
}

/** What a program asks for. */
export interface DoorRequest {
  readonly door: Door;
  /** The code of a wall. */
  readonly code: string;
  /** WHIP: the wall's host key. WHEP: the wall's password. "" for none. */
  readonly token: string;
  /** SDP. */
  readonly offer: string;
  /** Address of the program. It is only counted, never logged. */
  readonly address: string;
  /** How the program has come. */
  readonly route: Route;
}

/**
 * The sessions of programs that come by HTTP: with WHIP (RFC 9725) they send a wall its sound, with WHEP
 * (draft-ietf-wish-whep) they receive it. They have the same limits as pages: a session counts as a socket of
 * its network, an offer as one of a host or of a listener.
 */
export class Doors {
  readonly #options: DoorsOptions;
  /** By id. */
  readonly #sessions = new Map<string, DoorSession>();

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  /** Number of programs that are connected or wait for an answer. */
  get size(): number {
    return this.#sessions.size;
  }

  /** A session that has not ended. */
  find(door: Door, code: string, id: string): DoorSession | undefined {
    const session = this.#sessions.get(id);
    return session?.door === door && session.code === code ? session : undefined;
  }

  /**
   * Answers a program's offer. After too many wrong guesses of a code or a password this takes up to ten
   * seconds.
   * @throws LightwallError as {@link Rooms.holdForProgram} and {@link Programs.send}, or {@link Rooms.find},
   * {@link Programs.receive}; and `rate-limited` | `server-full` | `server-stopping`
   */
  async open(request: DoorRequest): Promise<DoorSession> {
    const { metrics, log } = this.#options;
    try {
      const session = await this.#open(request);
      metrics.join(request.door, "joined");
      return session;
    } catch (error) {
      const code = codeOf(error);
      metrics.join(request.door, code);
      if (code === "internal") log.error({ err: error }, "program's session failed");
      else log.debug({ code, door: request.door }, "program refused");
      throw error;
    }
  }

  /** Ends all sessions; idempotent. */
  close(): void {
    for (const session of this.#sessions.values()) session.leave("server stopping");
  }

  async #open(request: DoorRequest): Promise<DoorSession> {
    const { limits, iceServers } = this.#options;
    const { address } = request;
    if (!limits.acquireSocket(address)) throw new LightwallError("rate-limited");
    const session = new DoorSession({
      ...request,
      iceServers: iceServers.issue(Date.now()),
      ended: () => {
        this.#sessions.delete(session.id);
        limits.releaseSocket(address);
        limits.forgetSession(session.id);
      },
    });
    this.#sessions.set(session.id, session);
    try {
      if (request.door === "whip") await this.#send(session, request);
      else await this.#receive(session, request);
      return session;
    } catch (error) {
      session.leave("refused");
      throw error;
    }
  }

  async #send(session: DoorSession, request: DoorRequest): Promise<void> {
    const { rooms, limits, capacity } = this.#options;
    if (capacity.refusal === "server-stopping") throw new LightwallError("server-stopping");
    const { code, token, offer, address, route } = request;
    const room = await findAsHost(this.#options, { code, hostKey: token, address });
    this.#countOffer(session, address, "host");
    session.begin(room.programs, room.programs.send(session, { offer, ...route }));
    limits.addKnownWall(address, room.code);
    void rooms.admitWaiting(room);
  }

  /** Resolves when the program is admitted. It does not wait for a wall that is not open. */
  #receive(session: DoorSession, request: DoorRequest): Promise<void> {
    const { rooms, connectingPeers, capacity } = this.#options;
    const { code, token, offer, address, route } = request;
    const network = networkOf(address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const admission = new Admission({
      ...this.#options,
      address,
      requireSlot: () => {
        if (capacity.refusal) throw new LightwallError(capacity.refusal);
        connectingPeers.requireSlot(network);
      },
      find: (code) => rooms.find(code),
      join: ({ programs }, { password = "" }) => {
        this.#countOffer(session, address, "listener");
        const answered = programs.receive(session, password, { offer, ...route });
        connectingPeers.add(answered.peer, network);
        session.begin(programs, answered);
        resolve();
      },
      refuse: reject,
    });
    try {
      admission.begin({ type: "join", code, password: token });
    } catch (error) {
      reject(error);
    }
    return promise.finally(() => admission.cancel());
  }

  #countOffer(session: DoorSession, address: string, role: "host" | "listener"): void {
    try {
      this.#options.limits.countOffer(session.id, address, role);
    } catch (cause) {
      // Not the server is full: the program's network asks too often.
      throw new LightwallError("rate-limited", cause);
    }
  }
}
