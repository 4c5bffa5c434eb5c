import type { Logger } from "pino";
import { hashOfKey } from "../data/host-keys.ts";
import type { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine, Offering } from "../media/media-engine.ts";
import type { PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Report, Role, RoomStatus } from "../protocol/messages.ts";
import type { WallStore } from "../wall/store.ts";
import { Wall } from "../wall/wall.ts";
import type { WallOptions } from "../wall/wall-options.ts";
import { Feed } from "./feed.ts";
import { HostReport, type PacketTimeLimits } from "./host-report.ts";
import type { Arrival, HostArrival, Member } from "./member.ts";
import { Password } from "./password.ts";
import { Programs } from "./programs.ts";
import { RoomLight } from "./room-light.ts";
import { SeatMedia } from "./seat-media.ts";
import { type RoomLifetimes, Seats } from "./seats.ts";
import { SocketMedia } from "./socket-media.ts";
import { CurrentStatus } from "./status.ts";
import type { RoomSummary } from "./summary.ts";
import { RoomTiming } from "./timing.ts";

export interface RoomOptions {
  readonly code: string;
  /** The host's key; never logged, never sent. */
  readonly hostKey: string;
  readonly engine: MediaEngine;
  readonly listenersMax: number;
  readonly socketQuota: NetworkQuota;
  readonly packetTime: PacketTimeLimits;
  /** The saved wall, if there is one. */
  readonly kept?: Pick<WallOptions, "saved" | "unread">;
  readonly walls: Pick<WallStore, "keep">;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * What people call a wall: its code, host, listeners, their media, and its {@link Wall} of screens.
 *
 *     waiting        → live        the media of the host or of a program connects
 *     live           → waiting     the host stops, the media closes, or another page takes over
 *     waiting, live  → host-away   the host's connection closes, and no program sends
 *     host-away      → waiting     the host joins again
 *     host-away      → live        a program's media connects
 *     any            → closed      close()
 *
 * Order of closing: state with the last message to all, media, members.
 */
export class Room {
  readonly code: string;
  readonly hostKey: string;
  /** The screens and what they show. */
  readonly wall: Wall;
  readonly timing: RoomTiming;
  readonly light: RoomLight;
  /** The password that listeners must show. */
  readonly password: Password;
  /** Programs that are no pages. */
  readonly programs: Programs;
  /** What programs are told that follow or change the room. */
  readonly feed: Feed;
  /** The broadcast's frames over WebSockets. */
  readonly socketMedia: SocketMedia;
  readonly #engine: MediaEngine;
  readonly #listenersMax: number;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #openedAt: number;
  readonly #seats: Seats;
  readonly #media: SeatMedia;
  readonly #report: HostReport;
  readonly #status: CurrentStatus;
  /** Schedules a save of the wall, with the hash of its host's key. */
  readonly #save: () => void;

  constructor(options: RoomOptions) {
    const { code, engine, kept, walls, now, packetTime: limits } = options;
    this.code = code;
    this.hostKey = options.hostKey;
    this.#engine = engine;
    this.#listenersMax = options.listenersMax;
    this.#now = now;
    this.#log = options.log.child({ wall: code });
    this.#seats = new Seats(now);
    this.#status = new CurrentStatus(this.#seats, this.#log);
    this.password = new Password(this.#log);
    const isOff = (screen: string) => this.wall.seen(screen)?.locked ?? false;
    this.timing = new RoomTiming(this.#seats, now, isOff);
    const shared = { seats: this.#seats, engine, log: this.#log };
    this.#report = new HostReport({ ...shared, socketMedia: () => this.socketMedia, isOff, limits });
    const packetTime = () => this.#report.packetTime;
    this.#media = new SeatMedia({ broadcast: code, engine, seats: this.#seats, packetTime });
    this.programs = new Programs({
      ...{ ...shared, broadcast: code, packetTime, password: this.password },
      listenersMax: options.listenersMax,
      keepWall: () => this.#save(),
      changed: () => this.#updateState(),
    });
    const keyHash = hashOfKey(this.hostKey);
    this.#save = () => walls.keep(code, () => ({ ...this.wall.saved, keyHash }));
    this.wall = new Wall({
      ...kept,
      listenersMax: options.listenersMax,
      changed: this.#save,
      sendToHost: (message) => this.#seats.sendToHost(message),
      sendToScreens: (message) => this.#seats.sendToListeners(message),
      sendToAll: (message) => this.#seats.sendToAll(message),
      isHostBehind: () => this.#seats.host?.member.isBehind ?? false,
      now,
    });
    this.socketMedia = new SocketMedia({
      broadcast: code,
      source: engine,
      quota: options.socketQuota,
      delayMs: () => this.timing.delayMs,
      now,
    });
    this.feed = new Feed({ seats: this.#seats, wall: this.wall, room: this, report: this.#report, now });
    this.light = new RoomLight(this.wall, this.timing, this.programs, now);
    this.#openedAt = now();
    this.#log.info("wall opened");
  }

  get status(): RoomStatus {
    return this.#status.value;
  }

  get summary(): RoomSummary {
    return {
      code: this.code,
      state: this.status.state,
      hasPassword: this.password.isSet,
      minutes: Math.floor((this.#now() - this.#openedAt) / 60_000),
      stats: this.#report.stats,
    };
  }

  get listenerCount(): number {
    return this.#seats.listenerCount;
  }

  /**
   * Adds the host. A host that is there already gets `host-replaced` and is removed, unless it is on another
   * page and the new one has not asked to take the wall over: all screens would go dark.
   * @throws LightwallError `host-present`
   */
  joinHost(member: Member, { page, takeOver = false }: HostArrival = {}): void {
    const former = this.#seats.host;
    if (former) {
      if (!takeOver && this.#seats.isHostedBesides(page)) throw new LightwallError("host-present");
      this.#media.drop(former, "host replaced");
      this.#seats.free(former);
      former.member.release("host-replaced");
    }
    if (!this.programs.isSending) this.#status.enter("waiting");
    this.#seats.seatHost(member, page);
    // Saves the hash of the key, so that only this key opens the wall after a restart.
    this.#save();
    this.#log.info({ session: member.id }, former ? "host replaced" : "host joined");
    this.#sendJoined(member, "host");
    this.wall.sendAllToHost();
    this.#report.send();
  }

  /**
   * Adds a listener after checking the password, if there is one, and gives its screen a place. A page that
   * has changed its network comes back while its former connection seems to be alive: that is removed.
   * @returns the id of its screen
   * @throws LightwallError `password-needed` | `password-wrong` | `room-full`
   */
  joinListener(member: Member, { password = "", page, screen, name, frames }: Arrival = {}): string {
    this.password.check(password);
    const former = this.#seats.ofPage(page)?.member;
    if (former) this.leave(former);
    former?.release();
    if (this.#seats.listenerCount >= this.#listenersMax) throw new LightwallError("room-full");
    const seat = this.#seats.seatListener(member, page);
    this.#log.info({ session: member.id }, "listener joined");
    this.#sendJoined(member, "listener");
    seat.screen = this.wall.enter(member, screen, name);
    this.password.admit(seat.screen);
    if (frames) this.socketMedia.add(member);
    return seat.screen;
  }

  /**
   * Answers a member's media offer: the host publishes, a listener subscribes. The new peer replaces the
   * member's earlier one. If the offer is refused, the earlier peer stays.
   * @returns the new peer
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `not-in-room`
   */
  offer(member: Member, offering: Offering): PeerId {
    const seat = this.#seats.of(member);
    if (!seat) throw new LightwallError("not-in-room");
    const peer = this.#media.offer(seat, offering);
    if (seat === this.#seats.host) this.programs.endSender("the host's page went live");
    return peer;
  }

  /** Ends the broadcast, of the host's page or of a program. Listeners stay. */
  stop(): void {
    if (this.#seats.host) this.#media.drop(this.#seats.host, "host stopped");
    this.programs.endSender("host stopped");
    this.#updateState();
  }

  /** Sets what the host's song does. Without `title`, the title does not change. */
  playback(playing: boolean, title?: string): void {
    this.#status.setPlayback(playing, title);
  }

  /** Takes a screen's report on how well it keeps time. Only a screen that shows light sends one. */
  report(member: Member, report: Report): void {
    const screen = this.#seats.of(member)?.screen;
    if (!screen) return;
    this.timing.report(member, report);
    this.wall.light(screen);
  }

  /** Removes a member whose connection has closed. */
  leave(member: Member): void {
    const seat = this.#seats.of(member);
    if (!seat) return;
    const isHost = seat === this.#seats.host;
    this.#media.drop(seat, "member left");
    this.#seats.free(seat);
    this.socketMedia.remove(member);
    if (seat.screen) this.wall.leave(seat.screen);
    if (isHost) this.#updateState();
    else this.#log.info({ session: member.id }, "listener left");
  }

  /** Handles the engine's event that a peer of this room has connected. */
  handlePeerConnected(peer: PeerId): void {
    this.programs.handleConnected(peer);
    const seat = this.#seats.ofPeer(peer);
    if (!seat) return;
    seat.connected = true;
    if (seat === this.#seats.host) this.#updateState();
    else this.socketMedia.stop(seat.member);
  }

  /** Handles the engine's event that a peer of this room has closed. The member may make a new offer. */
  handlePeerClosed(peer: PeerId, reason: string): void {
    this.programs.handleClosed(peer, reason);
    const seat = this.#seats.ofPeer(peer);
    if (!seat) return;
    this.#seats.removePeer(seat);
    seat.member.send({ type: "media-closed", reason });
    if (seat === this.#seats.host) this.#updateState();
    else this.socketMedia.start(seat.member);
  }

  /** Updates the wall delay and reports to the host; called once a second. */
  tick(): void {
    this.timing.updateDelay();
    this.wall.tick();
    this.#report.send();
    this.socketMedia.tick();
  }

  /** Whether the room has neither a host nor a listener, and no program sends to it. */
  get isDeserted(): boolean {
    return this.#seats.isEmpty;
  }

  /** Whether the room has been without a host for longer than its lifetime. */
  isExpired(lifetimes: RoomLifetimes): boolean {
    return this.#seats.areExpired(lifetimes);
  }

  /** Closes the room: sends `closed` to all members and removes them. @param reason for the log */
  close(reason: string): void {
    if (this.status.state === "closed") return;
    this.#status.enter("closed", { reason });
    this.programs.close(reason);
    const seats = this.#seats.clear();
    this.socketMedia.close();
    this.#engine.closeBroadcast(this.code);
    for (const { member } of seats) member.release();
  }

  /** Enters the state that follows from who is there and who sends. */
  #updateState(): void {
    const { host } = this.#seats;
    const fromProgram = this.programs.isSending;
    if (this.status.state === "closed") return;
    if (fromProgram || host?.connected) this.#status.enter("live", { fromProgram });
    else this.#status.enter(host ? "waiting" : "host-away");
  }

  #sendJoined(member: Member, role: Role): void {
    const { code, status: room, wall, timing } = this;
    const [maps, rises] = [[...wall.lightMaps], [...wall.flashPlan]];
    member.send({ type: "joined", code, role, room, timing: timing.of(role), show: wall.show, maps, rises });
  }
}
