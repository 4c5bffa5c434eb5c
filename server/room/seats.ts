import type { PeerId } from "../media/model.ts";
import type { Report, ServerMessage } from "../protocol/messages.ts";
import { encodeMessage, type Member } from "./member.ts";

/** A member's place in the room and its media leg, from offer to close. */
export interface Seat {
  readonly member: Member;
  peer?: PeerId | undefined;
  connected: boolean;
  /** The id of a listener's screen. */
  screen?: string;
  /** How well the screen keeps time, as it said last. */
  report?: Report;
}

/** How long a room without host is kept, in ms. */
export interface RoomLifetimes {
  /** Without anyone, when it has had a host. */
  readonly idle: number;
  /** With listeners that wait for the host. */
  readonly hostless: number;
  /** Without anyone, when its host never came. */
  readonly unclaimed: number;
}

/** Who is in a room, since when it is empty, and which of its seats each peer of the engine belongs to. */
export class Seats {
  readonly #listeners = new Map<string, Seat>();
  readonly #peers = new Map<PeerId, Seat>();
  readonly #now: () => number;
  #host: Seat | undefined;
  #hosted = false;
  /** When the host last left, and when anyone last left; until then, when the room was opened. */
  #hostSeen: number;
  #anyoneSeen: number;

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now;
    this.#hostSeen = this.#anyoneSeen = now();
  }

  get host(): Seat | undefined {
    return this.#host;
  }

  get listeners(): readonly Seat[] {
    return [...this.#listeners.values()];
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Seats the host, in place of an earlier one. */
  seatHost(member: Member): Seat {
    this.#hosted = true;
    this.#host = { member, connected: false };
    return this.#host;
  }

  seatListener(member: Member): Seat {
    const seat: Seat = { member, connected: false };
    this.#listeners.set(member.id, seat);
    return seat;
  }

  of(member: Member): Seat | undefined {
    return this.#host?.member === member ? this.#host : this.#listeners.get(member.id);
  }

  ofPeer(peer: PeerId): Seat | undefined {
    return this.#peers.get(peer);
  }

  /** Frees a seat whose peer is gone. */
  free(seat: Seat): void {
    this.#anyoneSeen = this.#now();
    if (seat === this.#host) {
      this.#host = undefined;
      this.#hostSeen = this.#anyoneSeen;
    } else {
      this.#listeners.delete(seat.member.id);
    }
  }

  /** Frees every seat, and returns who sat there: the host first. */
  clear(): Seat[] {
    const seats = this.#host ? [this.#host, ...this.listeners] : [...this.listeners];
    for (const seat of seats) this.disown(seat);
    this.#host = undefined;
    this.#listeners.clear();
    return seats;
  }

  /** Sends a message to the host and every listener; encodes it once. */
  sendToAll(message: ServerMessage): void {
    const encoded = encodeMessage(message);
    this.#host?.member.sendEncoded(encoded);
    for (const { member } of this.#listeners.values()) member.sendEncoded(encoded);
  }

  /** Sends a message to every listener; encodes it once. */
  sendToListeners(message: ServerMessage): void {
    if (this.#listeners.size === 0) return;
    const encoded = encodeMessage(message);
    for (const { member } of this.#listeners.values()) member.sendEncoded(encoded);
  }

  /** The peer is this member's from now on. */
  own(seat: Seat, peer: PeerId, connected = false): void {
    seat.peer = peer;
    seat.connected = connected;
    this.#peers.set(peer, seat);
  }

  /** The member's peer, if there is one, is nobody's from now on, and returned. */
  disown(seat: Seat): PeerId | undefined {
    const { peer } = seat;
    if (peer) this.#peers.delete(peer);
    seat.peer = undefined;
    seat.connected = false;
    return peer;
  }

  /** Whether the room has been of no use for so long that it may go. */
  areDeserted(lifetimes: RoomLifetimes): boolean {
    if (this.#host) return false;
    if (this.#listeners.size > 0) return this.#now() - this.#hostSeen > lifetimes.hostless;
    return this.#now() - this.#anyoneSeen > (this.#hosted ? lifetimes.idle : lifetimes.unclaimed);
  }
}
