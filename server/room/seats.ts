import type { PeerId } from "../media/model.ts";
import type { Report, ServerMessage } from "../protocol/messages.ts";
import { type EncodedMessage, encodeMessage, type Member } from "./member.ts";
import { type Watcher, Watchers } from "./watchers.ts";

/** A member of a room, with its media peer from the answer to the close. */
export interface Seat {
  readonly member: Member;
  peer?: PeerId | undefined;
  /** Whether the peer is connected. */
  connected: boolean;
  /** The id of its page, if it has told one. */
  readonly page?: string | undefined;
  /** The id of a listener's screen. */
  screen?: string;
  /** Whether the page takes frames over its WebSocket. */
  takesFrames?: boolean | undefined;
  /** Whether the host has switched its screen off, as far as a branch of the room knows. */
  isOff?: boolean;
  /** Whether the room's keeper knows that its screen shows light. */
  isLit?: boolean;
  /** The screen's last report on how well it keeps time. */
  report?: Report;
}

/** How long a room without a host is kept, ms. */
export interface RoomLifetimes {
  /** Without members, if a host has joined before. */
  readonly idle: number;
  /** With listeners. */
  readonly hostless: number;
  /** Without members, if no host has ever joined. */
  readonly unclaimed: number;
}

/** The members of a room, the seat of each engine peer, and the times at which members left. */
export class Seats {
  readonly #listeners = new Map<string, Seat>();
  /** Listeners by the ids of their pages. */
  readonly #pages = new Map<string, Seat>();
  readonly #peers = new Map<PeerId, Seat>();
  readonly #now: () => number;
  #host: Seat | undefined;
  #hasHadHost = false;
  /** When the host left last; before that, when the room was opened. */
  #hostLeftAt: number;
  /** When a member left last; before that, when the room was opened. */
  #memberLeftAt: number;
  #programs = { sends: false, receivers: 0 };
  readonly #watchers = new Watchers();
  /** Sends a message to the listeners at all other nodes. */
  tellFar: (message: EncodedMessage) => void = () => {};

  /** @param now monotonic time, ms */
  constructor(now: () => number) {
    this.#now = now;
    this.#hostLeftAt = this.#memberLeftAt = now();
  }

  get host(): Seat | undefined {
    return this.#host;
  }

  get listeners(): readonly Seat[] {
    return [...this.#listeners.values()];
  }

  /** The listeners whose pages are connected to this node. */
  get ownListeners(): readonly Seat[] {
    return this.listeners.filter(({ member }) => !member.isFar);
  }

  /** How many listeners' pages are connected to other nodes. */
  get farCount(): number {
    return this.#listeners.values().reduce((sum, { member }) => sum + (member.isFar ? 1 : 0), 0);
  }

  /** The seat of a listener, by its member's id. */
  listener(member: string): Seat | undefined {
    return this.#listeners.get(member);
  }

  /** Listeners, with programs that receive. */
  get listenerCount(): number {
    return this.#listeners.size + this.#programs.receivers;
  }

  /** Whether nobody is there, neither a page nor a program. */
  get isEmpty(): boolean {
    return !this.#isKept && this.listenerCount === 0;
  }

  /** Whether a host or a program keeps the room open. */
  get #isKept(): boolean {
    return this.#host !== undefined || this.#programs.sends || this.#watchers.size > 0;
  }

  /** Seats the host. It replaces an earlier one. */
  seatHost(member: Member, page?: string): Seat {
    this.#hasHadHost = true;
    this.#host = { member, page, connected: false };
    return this.#host;
  }

  /** Whether a page other than this one hosts the room, as far as both have told their ids. */
  isHostedBesides(page: string | undefined): boolean {
    const present = this.#host?.page;
    return page !== undefined && present !== undefined && page !== present;
  }

  seatListener(member: Member, page?: string): Seat {
    const seat: Seat = { member, page, connected: false };
    this.#listeners.set(member.id, seat);
    if (page !== undefined) this.#pages.set(page, seat);
    return seat;
  }

  /** The seat of a listener's page, which may have come back by another way; undefined if it has none. */
  ofPage(page: string | undefined): Seat | undefined {
    return page === undefined ? undefined : this.#pages.get(page);
  }

  of(member: Member): Seat | undefined {
    return this.#host?.member === member ? this.#host : this.#listeners.get(member.id);
  }

  ofPeer(peer: PeerId): Seat | undefined {
    return this.#peers.get(peer);
  }

  /**
   * Notes the programs of the room, which have no seats.
   * @param programs whether one sends, which keeps the room as a host does, and how many receive
   */
  setPrograms(programs: { sends: boolean; receivers: number }): void {
    const { sends, receivers } = this.#programs;
    this.#programs = programs;
    if (programs.sends) this.#hasHadHost = true;
    if (sends && !programs.sends) this.#hostLeftAt = this.#memberLeftAt = this.#now();
    if (receivers > programs.receivers) this.#memberLeftAt = this.#now();
  }

  /** Adds a program that follows the room, which keeps the room as a host does. */
  addWatcher(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  /** Removes a program that follows the room. */
  removeWatcher(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#hostLeftAt = this.#memberLeftAt = this.#now();
  }

  /** Frees a seat. Its peer must have been removed before. */
  free(seat: Seat): void {
    this.#memberLeftAt = this.#now();
    if (seat === this.#host) {
      this.#host = undefined;
      this.#hostLeftAt = this.#memberLeftAt;
    } else {
      this.#listeners.delete(seat.member.id);
      if (this.ofPage(seat.page) === seat) this.#pages.delete(seat.page!);
    }
  }

  /** Frees every seat, and ends the programs that follow. @returns the seats, the host's first */
  clear(): Seat[] {
    this.#watchers.close();
    const seats = this.#host ? [this.#host, ...this.listeners] : [...this.listeners];
    for (const seat of seats) this.removePeer(seat);
    this.#host = undefined;
    this.#listeners.clear();
    this.#pages.clear();
    return seats;
  }

  /** Frees the seats of this node's listeners, who keep their peers. @returns the seats */
  takeListeners(): Seat[] {
    const seats = [...this.ownListeners];
    for (const seat of seats) {
      this.free(seat);
      if (seat.peer) this.#peers.delete(seat.peer);
    }
    return seats;
  }

  /** Sends a message to the host and to programs that follow the room. */
  sendToHost(message: ServerMessage): void {
    this.#host?.member.send(message);
    this.#watchers.send(message);
  }

  /** Sends a message to the host, every listener and programs that follow the room; encodes it once. */
  sendToAll(message: ServerMessage): void {
    const encoded = encodeMessage(message);
    this.#watchers.sendEncoded(encoded);
    this.#host?.member.sendEncoded(encoded);
    this.#sendToListeners(encoded);
  }

  /** Sends a message to every listener; encodes it once. */
  sendToListeners(message: ServerMessage): void {
    if (this.#listeners.size === 0) return;
    this.#sendToListeners(encodeMessage(message));
  }

  #sendToListeners(message: EncodedMessage): void {
    this.tellFar(message);
    for (const { member } of this.#listeners.values()) if (!member.isFar) member.sendEncoded(message);
  }

  /** Assigns a peer to a member. */
  assignPeer(seat: Seat, peer: PeerId, connected = false): void {
    seat.peer = peer;
    seat.connected = connected;
    this.#peers.set(peer, seat);
  }

  /** Removes a member's peer. @returns the peer, if there was one */
  removePeer(seat: Seat): PeerId | undefined {
    const { peer } = seat;
    if (peer) this.#peers.delete(peer);
    seat.peer = undefined;
    seat.connected = false;
    return peer;
  }

  /** Whether the room has been without a host for longer than its lifetime. */
  areExpired(lifetimes: RoomLifetimes): boolean {
    if (this.#isKept) return false;
    if (this.listenerCount > 0) return this.#now() - this.#hostLeftAt > lifetimes.hostless;
    return this.#now() - this.#memberLeftAt > (this.#hasHadHost ? lifetimes.idle : lifetimes.unclaimed);
  }
}
