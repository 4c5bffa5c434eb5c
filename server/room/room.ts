import type { Logger } from "pino";
import type { PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Report, Role, RoomStatus } from "../protocol/messages.ts";
import type { Chosen } from "../protocol/wall.ts";
import type { Wall } from "../wall/wall.ts";
import type { FarMembers } from "./far-members.ts";
import { Feed } from "./feed.ts";
import type { HostReport } from "./host-report.ts";
import type { Arrival, HostArrival, ListenerRoom, Member, MemberOffering } from "./member.ts";
import type { Password } from "./password.ts";
import type { Programs } from "./programs.ts";
import { RoomLight } from "./room-light.ts";
import type { RoomOptions } from "./room-options.ts";
import { makeParts } from "./room-parts.ts";
import type { SeatMedia } from "./seat-media.ts";
import type { RoomLifetimes, Seat, Seats } from "./seats.ts";
import type { MissingRange, SocketMedia } from "./socket-media.ts";
import type { Stage } from "./stage.ts";
import type { CurrentStatus, Playback } from "./status.ts";
import type { RoomSummary } from "./summary.ts";
import type { RoomTiming } from "./timing.ts";

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
export class Room implements ListenerRoom {
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
  /** The listeners at other nodes; undefined where there is one node. */
  readonly far: FarMembers | undefined;
  /** Schedules a save of the wall, with the hash of its host's key. */
  readonly saveWall: () => void;
  /** On which one listener may be. */
  readonly stage: Stage;
  readonly #options: RoomOptions;
  readonly #log: Logger;
  readonly #openedAt: number;
  readonly #seats: Seats;
  readonly #media: SeatMedia;
  readonly #report: HostReport;
  readonly #status: CurrentStatus;

  constructor(options: RoomOptions) {
    const { code, now } = options;
    this.code = code;
    this.hostKey = options.hostKey;
    this.#options = options;
    const log = options.log.child({ wall: code });
    this.#log = log;
    const parts = makeParts(options, { room: this, updateState: () => this.#updateState(), log });
    ({ seats: this.#seats, media: this.#media, report: this.#report } = parts);
    ({ wall: this.wall, timing: this.timing, password: this.password } = parts);
    ({ programs: this.programs, socketMedia: this.socketMedia, far: this.far } = parts);
    ({ stage: this.stage, status: this.#status } = parts);
    this.saveWall = parts.saveWall;
    this.feed = new Feed({ ...parts, room: this, now });
    this.light = new RoomLight(this.wall, this.timing, this.programs, now);
    this.#openedAt = now();
    this.#log.info("wall opened");
  }

  get status(): RoomStatus {
    return this.#status.value;
  }

  get summary(): RoomSummary {
    const { code, status, password } = this;
    const minutes = Math.floor((this.#options.now() - this.#openedAt) / 60_000);
    return { code, state: status.state, hasPassword: password.isSet, minutes, stats: this.#report.stats };
  }

  get listenerCount(): number {
    return this.#seats.listenerCount;
  }

  /** Its listeners whose pages are connected to this node. */
  get ownListenerCount(): number {
    return this.#seats.listenerCount - this.#seats.farCount;
  }

  /** Id of the page that hosts it; null while there is none. */
  get hostPage(): string | null {
    return this.#seats.host?.page ?? null;
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
      this.stage.leave(former);
      this.#seats.free(former);
      former.member.release("host-replaced");
    }
    if (!this.programs.isSending) this.#status.enter("waiting");
    this.#seats.seatHost(member, page);
    this.#options.hostChanged?.(this.code, this.hostPage);
    // Saves the hash of the key, so that only this key opens the wall after a restart.
    this.saveWall();
    this.#log.info({ session: member.id }, former ? "host replaced" : "host joined");
    this.#sendJoined(member, "host");
    this.wall.sendAllToHost();
    this.#report.send();
  }

  joinListener(member: Member, arrival: Arrival = {}): string {
    const { password = "", page, screen, name, frames, admitted } = arrival;
    if (!admitted) this.password.check(password);
    const former = this.#seats.ofPage(page)?.member;
    if (former) this.leave(former);
    former?.release();
    if (this.#seats.listenerCount >= this.#options.listenersMax) throw new LightwallError("room-full");
    const seat = this.#seats.seatListener(member, page);
    this.#log.info({ session: member.id }, "listener joined");
    this.#sendJoined(member, "listener");
    seat.screen = this.wall.enter(member, screen, name);
    this.password.admit(seat.screen);
    seat.takesFrames = frames;
    if (frames) this.socketMedia.add(member);
    return seat.screen;
  }

  /** Takes a listener over, with its media, whose room another node has kept until now. */
  adopt({ member, page, screen, peer, connected, takesFrames: frames }: Seat): void {
    this.joinListener(member, { admitted: true, page, screen, frames });
    const seat = this.#seats.of(member)!;
    if (peer) this.#seats.assignPeer(seat, peer, connected);
    member.move(this);
  }

  /**
   * Another node keeps the room from now on. The host, who is there, is told that it is replaced.
   * @returns the seats of this node's listeners, whose media go on
   */
  handOver(): Seat[] {
    const { host } = this.#seats;
    if (host) this.#media.drop(host, "host at another node");
    this.programs.close("host at another node");
    this.stage.end("host at another node");
    const seats = this.#seats.takeListeners();
    this.#seats.clear();
    this.socketMedia.close();
    this.#log.info("wall kept by another node");
    host?.member.release("host-replaced");
    return seats;
  }

  /** Answers a member's media offer: the host publishes, a listener subscribes, but for the stage. */
  offer(member: Member, offering: MemberOffering): PeerId {
    const seat = this.#seats.of(member);
    if (!seat) throw new LightwallError("not-in-room");
    const peer = this.#media.offer(seat, offering);
    if (seat === this.#seats.host && !offering.isForStage)
      this.programs.endSender("the host's page went live");
    return peer;
  }

  /** Ends the broadcast, of the host's page or of a program. Listeners stay. */
  stop(): void {
    if (this.#seats.host) this.#media.drop(this.#seats.host, "host stopped");
    this.programs.endSender("host stopped");
    this.#updateState();
  }

  /** Sets what the host's page sends. */
  playback(playback: Playback): void {
    this.#status.setPlayback(playback);
  }

  report(member: Member, report: Report): void {
    const screen = this.#seats.of(member)?.screen;
    if (!screen) return;
    this.timing.report(member, report);
    this.wall.light(screen);
  }

  choose(member: Member, chosen: Chosen): void {
    const screen = this.#seats.of(member)?.screen;
    if (screen) this.wall.choose(screen, chosen);
  }

  spark(member: Member): void {
    const screen = this.#seats.of(member)?.screen;
    if (screen) this.wall.spark(screen);
  }

  repair(member: Member, missing: readonly MissingRange[]): void {
    this.socketMedia.repair(member, missing);
  }

  wantFrames(member: Member, isWanted: boolean): void {
    if (isWanted) this.socketMedia.start(member);
    else this.socketMedia.stop(member);
  }

  leave(member: Member): void {
    const seat = this.#seats.of(member);
    if (!seat) return;
    const isHost = seat === this.#seats.host;
    this.#media.drop(seat, "member left");
    this.stage.leave(seat);
    this.#seats.free(seat);
    this.socketMedia.remove(member);
    if (seat.screen) this.wall.leave(seat.screen);
    if (isHost) this.#options.hostChanged?.(this.code, this.hostPage);
    if (isHost) this.#updateState();
    else this.#log.info({ session: member.id }, "listener left");
  }

  handlePeerConnected(peer: PeerId): void {
    this.programs.handleConnected(peer);
    const seat = this.#media.handleConnected(peer);
    if (!seat) return;
    if (seat === this.#seats.host) this.#updateState();
    else this.socketMedia.stop(seat.member);
  }

  handlePeerClosed(peer: PeerId, reason: string): void {
    this.programs.handleClosed(peer, reason);
    const seat = this.#media.handleClosed(peer, reason);
    if (!seat) return;
    if (seat === this.#seats.host) this.#updateState();
    else this.socketMedia.start(seat.member);
  }

  /** Updates the wall delay and reports to the host; called once a second. */
  tick(): void {
    this.timing.updateDelay();
    this.wall.tick();
    this.stage.tick();
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
    this.stage.end(reason);
    this.#status.enter("closed", { reason });
    this.programs.close(reason);
    const seats = this.#seats.clear();
    this.socketMedia.close();
    this.#options.engine.closeBroadcast(this.code);
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
