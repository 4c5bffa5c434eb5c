import type { Logger } from "pino";
import { sameSecret } from "./keys.ts";
import type { MediaClocks } from "./media/broadcast.ts";
import type { MediaEngine, Offering, PeerId } from "./media/engine.ts";
import { type PacketTime, type PacketTimeLimits, packetTimeFor } from "./packet-time.ts";
import { type ErrorCode, LightwallError } from "./protocol/errors.ts";
import type { Report, Role, RoomState, RoomStatus, ServerMessage } from "./protocol/messages.ts";
import type { MediaClock, Timing } from "./protocol/timing.ts";
import type { Arranged, Show } from "./protocol/wall.ts";
import { roomStats } from "./room-stats.ts";
import { Wall } from "./wall.ts";
import { WallDelays } from "./wall-delay.ts";
import type { WallStore } from "./wall-store.ts";

/** Someone in a room, as far as the room can see. */
export interface Member {
  readonly id: string;
  send(message: ServerMessage): void;
  /** The room has let the member go; `error` says why where its last message has not. */
  release(error?: ErrorCode): void;
}

export interface RoomOptions {
  readonly code: string;
  /** The key of this room's host; never logged, never sent. */
  readonly hostKey: string;
  readonly engine: MediaEngine;
  /** Which room each peer of the engine belongs to; shared by all rooms, each keeps its own entries. */
  readonly owners: Map<PeerId, Room>;
  readonly listenersMax: number;
  readonly packetTime: PacketTimeLimits;
  readonly walls: Pick<WallStore, "read" | "keep">;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
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

/** A room as an administrator sees it: nothing secret, nothing of what is played. */
export interface RoomSummary {
  readonly code: string;
  readonly state: RoomState;
  readonly hasPassword: boolean;
  /** Since it was opened, in whole minutes. */
  readonly minutes: number;
  readonly stats: ReturnType<typeof roomStats>;
}

/** A member's place in the room and its media leg, from offer to close. */
interface Seat {
  readonly member: Member;
  peer?: PeerId | undefined;
  connected: boolean;
  /** The id of a listener's screen. */
  screen?: string;
  /** How well the screen keeps time, as it said last. */
  report?: Report;
}

/** From the message to the first flash of a test, so that every screen has heard of it, ms. */
const FLASH_NOTICE_MS = 1_000;

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
  readonly #engine: MediaEngine;
  readonly #owners: Map<PeerId, Room>;
  readonly #listenersMax: number;
  readonly #packetTimeLimits: PacketTimeLimits;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #openedAt: number;

  #state: RoomState = "waiting";
  #playing = false;
  #title = "";
  /** What a listener must show to come in; "" for nothing. */
  #password = "";
  readonly #wall: Wall;
  #host: Seat | undefined;
  #hosted = false;
  #packetTime: PacketTime = 20;
  readonly #listeners = new Map<string, Seat>();
  readonly #delays: WallDelays;
  #clocks: MediaClocks | undefined;
  readonly #seats = new Map<PeerId, Seat>();
  /** When the host last left, and when anyone last left; until then, when the room was opened. */
  #hostSeen: number;
  #anyoneSeen: number;

  constructor(options: RoomOptions) {
    this.code = options.code;
    this.hostKey = options.hostKey;
    this.#engine = options.engine;
    this.#owners = options.owners;
    this.#listenersMax = options.listenersMax;
    this.#packetTimeLimits = options.packetTime;
    this.#now = options.now;
    this.#log = options.log.child({ room: options.code });
    this.#delays = new WallDelays(options.now);
    this.#wall = new Wall({
      saved: options.walls.read(options.code),
      changed: () => options.walls.keep(options.code, () => this.#wall.saved),
      tellHost: (message) => this.#host?.member.send(message),
      now: options.now,
    });
    this.#openedAt = this.#hostSeen = this.#anyoneSeen = this.#now();
    this.#log.info("room opened");
  }

  get status(): RoomStatus {
    return { state: this.#state, playing: this.#playing, title: this.#title };
  }

  get summary(): RoomSummary {
    return {
      code: this.code,
      state: this.#state,
      hasPassword: this.#password !== "",
      minutes: Math.floor((this.#now() - this.#openedAt) / 60_000),
      stats: roomStats(this.#listeners.values(), this.#engine),
    };
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Seats the host. One that is there already is told `host-replaced` and let go. */
  joinHost(member: Member): void {
    const former = this.#host;
    if (former) this.#dropPeer(former, "host replaced");
    this.#host = undefined;
    former?.member.release("host-replaced");
    this.#enter("waiting");
    this.#host = { member, connected: false };
    this.#hosted = true;
    this.#log.info({ session: member.id }, former ? "host replaced" : "host joined");
    this.#welcome(member, "host");
    this.#wall.welcomeHost();
    this.tellStats();
  }

  /** From now on listeners must show this password; with "" none. Those inside stay. */
  protect(password: string): void {
    if (password === this.#password) return;
    this.#password = password;
    this.#log.info(password === "" ? "password taken away" : "password set");
  }

  /**
   * Seats a listener that shows this password, and gives its screen a place.
   * @param screen what its browser was called before
   * @throws LightwallError `password-needed` | `password-wrong` | `room-full`
   */
  joinListener(member: Member, password = "", screen?: string): void {
    if (this.#password !== "" && !sameSecret(password, this.#password)) {
      throw new LightwallError(password === "" ? "password-needed" : "password-wrong");
    }
    if (this.#listeners.size >= this.#listenersMax) throw new LightwallError("room-full");
    const seat: Seat = { member, connected: false };
    this.#listeners.set(member.id, seat);
    this.#log.info({ session: member.id }, "listener joined");
    this.#welcome(member, "listener");
    seat.screen = this.#wall.enter(member, screen);
  }

  /**
   * Answers a member's media offer: the host's publishes, a listener's subscribes. It replaces
   * the member's earlier peer; a refused offer leaves that one as it was.
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `not-in-room`
   */
  offer(member: Member, offering: Offering): void {
    const seat = this.#seatOf(member);
    if (!seat) throw new LightwallError("not-in-room");
    const { peer: former, connected } = seat;
    // Let go first: the engine may report the former publisher closed while it answers the new offer.
    this.#disown(seat);
    try {
      const { peer, answer } =
        seat === this.#host
          ? this.#engine.publish(this.code, offering, this.#packetTime)
          : this.#engine.subscribe(this.code, offering);
      this.#own(seat, peer);
      member.send({ type: "answer", sdp: answer });
    } catch (error) {
      if (former) this.#own(seat, former, connected);
      throw error;
    }
    if (former) this.#engine.closePeer(former, "replaced by a new offer");
  }

  /** The host ends its broadcast; listeners stay. */
  stop(): void {
    if (!this.#host) return;
    this.#dropPeer(this.#host, "host stopped");
    this.#enter("waiting");
  }

  /** The host tells what its song does. Without `title`, the title stays as it is. */
  playback(playing: boolean, title: string = this.#title): void {
    if (playing === this.#playing && title === this.#title) return;
    this.#playing = playing;
    this.#title = title;
    this.#tellAll();
  }

  /** The host changes what all screens do. */
  setShow(show: Show): void {
    this.#wall.setShow(show);
  }

  /** The host places, names or sets screens. */
  arrange(screens: readonly Arranged[]): void {
    this.#wall.arrange(screens);
  }

  /** The host frees the place of a screen that is not there. */
  removeScreen(id: string): void {
    this.#wall.removeScreen(id);
  }

  /** A screen, or without `id` every one, shows who it is. */
  identify(id?: string): void {
    this.#wall.identify(id);
  }

  /** A member's connection is gone. */
  leave(member: Member): void {
    const seat = this.#seatOf(member);
    if (!seat) return;
    this.#dropPeer(seat, "member left");
    this.#anyoneSeen = this.#now();
    if (seat !== this.#host) {
      this.#listeners.delete(member.id);
      if (seat.screen) this.#wall.leave(seat.screen);
      this.#log.info({ session: member.id }, "listener left");
      return;
    }
    this.#host = undefined;
    this.#hostSeen = this.#now();
    this.#playing = false;
    this.#enter("host-away");
  }

  /** The engine reports that a peer of this room is up. */
  peerConnected(peer: PeerId): void {
    const seat = this.#seats.get(peer);
    if (!seat) return;
    seat.connected = true;
    if (seat === this.#host) this.#enter("live");
  }

  /** The engine reports that a peer of this room is gone, which its member still wants. */
  peerClosed(peer: PeerId, reason: string): void {
    const seat = this.#seats.get(peer);
    if (!seat) return;
    this.#disown(seat);
    seat.member.send({ type: "media-closed", reason });
    if (seat === this.#host) this.#enter("waiting");
  }

  /** The engine reports the broadcast's time. */
  mediaClock(clocks: MediaClocks): void {
    this.#clocks = clocks;
    this.#tellTiming();
  }

  /** The host sets the wall delay in ms; null lets it follow what screens need. */
  setDelay(delay: number | null): void {
    this.#delays.set(delay);
    this.#moveDelay();
  }

  /** A screen tells how well it keeps time. */
  report(member: Member, report: Report): void {
    const seat = this.#listeners.get(member.id);
    if (!seat) return;
    seat.report = report;
    if (this.#delays.isShort(report.neededMs)) this.#moveDelay();
  }

  /** All screens pulse by the clock for a while. */
  flashTest(): void {
    this.#send({ type: "flash-test", at: Math.ceil((this.#now() + FLASH_NOTICE_MS) / 1_000) * 1_000 });
  }

  /** What is due regularly; called once a second. */
  tick(): void {
    this.#moveDelay();
    this.tellStats();
  }

  /** Tells the host how its broadcast arrives, and how long its packets are to be; called once a second. */
  tellStats(): void {
    const packetTime = packetTimeFor(this.#listeners.size, this.#packetTime, this.#packetTimeLimits);
    if (packetTime !== this.#packetTime) {
      this.#packetTime = packetTime;
      this.#log.info({ packetTime }, "packet time changed");
      this.#host?.member.send({ type: "packet-time", packetTimeMs: packetTime });
    }
    const stats = roomStats(this.#listeners.values(), this.#engine);
    this.#host?.member.send({ type: "stats", stats: { ...stats, packetTimeMs: packetTime } });
  }

  /** Whether the room has been of no use for so long that it may go. */
  isExpired(lifetimes: RoomLifetimes): boolean {
    if (this.#host) return false;
    if (this.#listeners.size > 0) return this.#now() - this.#hostSeen > lifetimes.hostless;
    return this.#now() - this.#anyoneSeen > (this.#hosted ? lifetimes.idle : lifetimes.unclaimed);
  }

  /** Ends the room: everyone is told `closed` and let go. `reason` is for the log. */
  close(reason: string): void {
    if (this.#state === "closed") return;
    this.#playing = false;
    this.#state = "closed";
    this.#log.info({ reason }, "room closed");
    this.#tellAll();
    const seats = this.#host ? [this.#host, ...this.#listeners.values()] : [...this.#listeners.values()];
    for (const seat of seats) this.#disown(seat);
    this.#engine.closeBroadcast(this.code);
    this.#host = undefined;
    this.#listeners.clear();
    for (const seat of seats) seat.member.release();
  }

  #welcome(member: Member, role: Role): void {
    member.send({
      type: "joined",
      code: this.code,
      role,
      room: this.status,
      timing: this.#timing(role),
      show: this.#wall.show,
    });
  }

  #timing(role: Role): Timing {
    const clock: MediaClock | undefined = this.#clocks?.[role === "host" ? "host" : "listeners"];
    return { delay: this.#delays.current, ...(clock && { clock }) };
  }

  #moveDelay(): void {
    const needs = this.#listeners.values().flatMap(({ report }) => (report ? [report.neededMs] : []));
    if (this.#delays.update([...needs])) this.#tellTiming();
  }

  #tellTiming(): void {
    this.#host?.member.send({ type: "timing", timing: this.#timing("host") });
    const message: ServerMessage = { type: "timing", timing: this.#timing("listener") };
    for (const { member } of this.#listeners.values()) member.send(message);
  }

  #enter(state: Exclude<RoomState, "closed">): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#log.info(`room ${state}`);
    this.#tellAll();
  }

  #tellAll(): void {
    this.#send({ type: "room", room: this.status });
  }

  #send(message: ServerMessage): void {
    this.#host?.member.send(message);
    for (const { member } of this.#listeners.values()) member.send(message);
  }

  #seatOf(member: Member): Seat | undefined {
    return this.#host?.member === member ? this.#host : this.#listeners.get(member.id);
  }

  #own(seat: Seat, peer: PeerId, connected = false): void {
    seat.peer = peer;
    seat.connected = connected;
    this.#seats.set(peer, seat);
    this.#owners.set(peer, this);
  }

  #disown(seat: Seat): void {
    if (seat.peer) {
      this.#seats.delete(seat.peer);
      this.#owners.delete(seat.peer);
    }
    seat.peer = undefined;
    seat.connected = false;
  }

  #dropPeer(seat: Seat, reason: string): void {
    const { peer } = seat;
    this.#disown(seat);
    if (peer) this.#engine.closePeer(peer, reason);
  }
}
