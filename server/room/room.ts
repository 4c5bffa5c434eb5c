import type { Logger } from "pino";
import { hashOfKey, sameSecret } from "../data/keys.ts";
import type { MediaEngine, Offering } from "../media/engine.ts";
import type { PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Role, RoomState, RoomStats, RoomStatus } from "../protocol/messages.ts";
import type { WallStore } from "../wall/store.ts";
import { Wall, type WallOptions } from "../wall/wall.ts";
import { RoomFigures } from "./figures.ts";
import type { Arrival, Member } from "./member.ts";
import type { PacketTimeLimits } from "./packet-time.ts";
import { type RoomLifetimes, type Seat, Seats } from "./seats.ts";
import { Standing } from "./standing.ts";
import { RoomTiming } from "./timing.ts";

/** Screens remembered that have shown a room's password. */
const ADMITTED_MAX = 10_000;

export interface RoomOptions {
  readonly code: string;
  /** The key of this room's host; never logged, never sent. */
  readonly hostKey: string;
  readonly engine: MediaEngine;
  readonly listenersMax: number;
  readonly packetTime: PacketTimeLimits;
  /** The wall as it was kept, if it was. */
  readonly kept?: Pick<WallOptions, "saved" | "unread">;
  readonly walls: Pick<WallStore, "keep">;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** A room as an administrator sees it: nothing secret, nothing of what is played. */
export interface RoomSummary {
  readonly code: string;
  readonly state: RoomState;
  readonly hasPassword: boolean;
  /** Since it was opened, in whole minutes. */
  readonly minutes: number;
  readonly stats: Omit<RoomStats, "packetTimeMs">;
}

/**
 * One broadcast: a host, its listeners and their media.
 *
 *     waiting        → live        the host's media connects
 *     live           → waiting     the host stops, its media is lost, another page takes over
 *     waiting, live  → host-away   the host's connection is gone
 *     host-away      → waiting     the host is back
 *     any            → closed      close()
 *
 * Closing order: state, last message to all, media, members.
 */
export class Room {
  readonly code: string;
  readonly hostKey: string;
  /** What the screens are and do. */
  readonly wall: Wall;
  readonly timing: RoomTiming;
  readonly #engine: MediaEngine;
  readonly #listenersMax: number;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #openedAt: number;
  readonly #seats: Seats;
  readonly #figures: RoomFigures;
  readonly #standing: Standing;
  /** Keeps the wall, and whose it is, a moment later. */
  readonly #keep: () => void;

  /** What a listener must show to come in; "" for nothing. */
  #password = "";
  /** Screens that have shown that password, the latest last. */
  readonly #admitted = new Set<string>();

  constructor(options: RoomOptions) {
    const { code, engine, kept, walls, now, packetTime: limits } = options;
    this.code = code;
    this.hostKey = options.hostKey;
    this.#engine = engine;
    this.#listenersMax = options.listenersMax;
    this.#now = now;
    this.#log = options.log.child({ room: code });
    this.#seats = new Seats(now);
    this.#standing = new Standing(this.#seats, this.#log);
    this.timing = new RoomTiming(this.#seats, now);
    this.#figures = new RoomFigures({ seats: this.#seats, engine, limits, log: this.#log });
    const keyHash = hashOfKey(this.hostKey);
    this.#keep = () => walls.keep(code, () => ({ ...this.wall.saved, keyHash }));
    this.wall = new Wall({
      ...kept,
      listenersMax: options.listenersMax,
      changed: this.#keep,
      sendToHost: (message) => this.#seats.host?.member.send(message),
      sendToScreens: (message) => this.#seats.sendToListeners(message),
      sendToAll: (message) => this.#seats.sendToAll(message),
      isHostBehind: () => this.#seats.host?.member.isBehind ?? false,
      now,
    });
    this.#openedAt = now();
    this.#log.info("room opened");
  }

  get status(): RoomStatus {
    return this.#standing.status;
  }

  get summary(): RoomSummary {
    return {
      code: this.code,
      state: this.status.state,
      hasPassword: this.hasPassword,
      minutes: Math.floor((this.#now() - this.#openedAt) / 60_000),
      stats: this.#figures.stats,
    };
  }

  get hasPassword(): boolean {
    return this.#password !== "";
  }

  /** Whether a screen has shown the password that the room has now: nobody there need guess it. */
  hasAdmitted(screen: string | undefined): boolean {
    return screen !== undefined && this.#admitted.has(screen);
  }

  get listenerCount(): number {
    return this.#seats.listenerCount;
  }

  /** Seats the host. One that is there already is told `host-replaced` and let go. */
  joinHost(member: Member): void {
    const former = this.#seats.host;
    if (former) {
      this.#dropPeer(former, "host replaced");
      this.#seats.free(former);
      former.member.release("host-replaced");
    }
    this.#standing.enter("waiting");
    this.#seats.seatHost(member);
    // Whatever becomes of the wall, from now on it is known whose it is.
    this.#keep();
    this.#log.info({ session: member.id }, former ? "host replaced" : "host joined");
    this.#welcome(member, "host");
    this.wall.welcomeHost();
    this.#figures.tell();
  }

  /** From now on listeners must show this password; with "" none. Those inside stay. */
  protect(password: string): void {
    if (password === this.#password) return;
    this.#password = password;
    this.#admitted.clear();
    this.#log.info(password === "" ? "password taken away" : "password set");
  }

  /**
   * Seats a listener that shows the password, where there is one, and gives its screen a place.
   * @returns the id of its screen
   * @throws LightwallError `password-needed` | `password-wrong` | `room-full`
   */
  joinListener(member: Member, { password = "", screen, name }: Arrival = {}): string {
    if (this.hasPassword && !sameSecret(password, this.#password)) {
      throw new LightwallError(password === "" ? "password-needed" : "password-wrong");
    }
    if (this.#seats.listenerCount >= this.#listenersMax) throw new LightwallError("room-full");
    const seat = this.#seats.seatListener(member);
    this.#log.info({ session: member.id }, "listener joined");
    this.#welcome(member, "listener");
    seat.screen = this.wall.enter(member, screen, name);
    if (this.hasPassword) this.#admit(seat.screen);
    return seat.screen;
  }

  /**
   * Answers a member's media offer: the host's publishes, a listener's subscribes. It replaces
   * the member's earlier peer; a refused offer leaves that one as it was.
   * @returns the new peer
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `not-in-room`
   */
  offer(member: Member, offering: Offering): PeerId {
    const seat = this.#seats.of(member);
    if (!seat) throw new LightwallError("not-in-room");
    const { connected } = seat;
    // Let go first: the engine may report the former publisher closed while it answers the new offer.
    const former = this.#seats.disown(seat);
    let answered: ReturnType<MediaEngine["subscribe"]>;
    try {
      answered =
        seat === this.#seats.host
          ? this.#engine.publish(this.code, offering, this.#figures.packetTime)
          : this.#engine.subscribe(this.code, offering);
    } catch (error) {
      if (former) this.#seats.own(seat, former, connected);
      throw error;
    }
    this.#seats.own(seat, answered.peer);
    member.send({ type: "answer", sdp: answered.answer });
    if (former) this.#engine.closePeer(former, "replaced by a new offer");
    return answered.peer;
  }

  /** The host ends its broadcast; listeners stay. */
  stop(): void {
    if (!this.#seats.host) return;
    this.#dropPeer(this.#seats.host, "host stopped");
    this.#standing.enter("waiting");
  }

  /** The host tells what its song does. Without `title`, the title stays as it is. */
  playback(playing: boolean, title?: string): void {
    this.#standing.playback(playing, title);
  }

  /** A member's connection is gone. */
  leave(member: Member): void {
    const seat = this.#seats.of(member);
    if (!seat) return;
    const isHost = seat === this.#seats.host;
    this.#dropPeer(seat, "member left");
    this.#seats.free(seat);
    if (seat.screen) this.wall.leave(seat.screen);
    if (isHost) this.#standing.enter("host-away");
    else this.#log.info({ session: member.id }, "listener left");
  }

  /** The engine reports that a peer of this room is up. */
  peerConnected(peer: PeerId): void {
    const seat = this.#seats.ofPeer(peer);
    if (!seat) return;
    seat.connected = true;
    if (seat === this.#seats.host) this.#standing.enter("live");
  }

  /** The engine reports that a peer of this room is gone, which its member still wants. */
  peerClosed(peer: PeerId, reason: string): void {
    const seat = this.#seats.ofPeer(peer);
    if (!seat) return;
    this.#seats.disown(seat);
    seat.member.send({ type: "media-closed", reason });
    if (seat === this.#seats.host) this.#standing.enter("waiting");
  }

  /** What is due regularly: the wall delay, and the host's figures; called once a second. */
  tick(): void {
    this.timing.moveDelay();
    this.#figures.tell();
  }

  /** Whether neither its host nor a listener is here. */
  get isDeserted(): boolean {
    return !this.#seats.host && this.#seats.listenerCount === 0;
  }

  /** Whether the room has been of no use for so long that it may go. */
  isExpired(lifetimes: RoomLifetimes): boolean {
    return this.#seats.areDeserted(lifetimes);
  }

  /** Ends the room: everyone is told `closed` and let go. `reason` is for the log. */
  close(reason: string): void {
    if (this.status.state === "closed") return;
    this.#standing.enter("closed", reason);
    const seats = this.#seats.clear();
    this.#engine.closeBroadcast(this.code);
    for (const { member } of seats) member.release();
  }

  #admit(screen: string): void {
    this.#admitted.delete(screen);
    this.#admitted.add(screen);
    if (this.#admitted.size <= ADMITTED_MAX) return;
    const [oldest] = this.#admitted;
    if (oldest !== undefined) this.#admitted.delete(oldest);
  }

  #welcome(member: Member, role: Role): void {
    const { code, status: room, wall } = this;
    const timing = this.timing.of(role);
    member.send({ type: "joined", code, role, room, timing, show: wall.show, gainDb: wall.gainDb });
  }

  #dropPeer(seat: Seat, reason: string): void {
    const peer = this.#seats.disown(seat);
    if (peer) this.#engine.closePeer(peer, reason);
  }
}
