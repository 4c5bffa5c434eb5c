import type { Logger } from "pino";
import type { Down, Up } from "../cluster/messages.ts";
import type { PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Report, ServerMessage } from "../protocol/messages.ts";
import type { Chosen } from "../protocol/wall.ts";
import { Applicants } from "./applicants.ts";
import { figuresOf } from "./branch-figures.ts";
import type { BranchOptions, Keeper } from "./branch-options.ts";
import type { Arrival, ListenerRoom, Member, MemberOffering } from "./member.ts";
import type { Room } from "./room.ts";
import { SeatMedia } from "./seat-media.ts";
import { type Seat, Seats } from "./seats.ts";
import { type MissingRange, SocketMedia } from "./socket-media.ts";

/** The wall delay before the keeper has told it, ms. */
const FIRST_DELAY_MS = 500;
/** How long listeners stay while no node keeps their room, ms. */
const WAIT_MS = 30_000;
/** With more screens at this node, the keeper gets the figures of each only with every fifth report. */
const OFTEN_LISTED_MAX = 20;
const SELDOM = 5;

/**
 * This node's listeners of a room that another node keeps, with their media. All that the room says comes
 * from its keeper, and what they do goes there. When another node becomes the keeper, they notice nothing.
 */
export class Branch implements ListenerRoom {
  readonly code: string;
  /** Only the keeper knows the password, so each one that is shown may be a guess. */
  readonly password = { isSet: true, hasAdmitted: () => false };
  readonly #options: BranchOptions;
  readonly #seats: Seats;
  readonly #media: SeatMedia;
  readonly #socketMedia: SocketMedia;
  readonly #applicants: Applicants;
  readonly #log: Logger;
  #keeper: Keeper;
  #delayMs = FIRST_DELAY_MS;
  #reports = 0;
  /** Since when the keeper is gone, ms; undefined while it is there. */
  #goneAt: number | undefined;

  constructor(options: BranchOptions) {
    const { code, engine, now } = options;
    this.code = code;
    this.#options = options;
    this.#keeper = options.keeper;
    this.#log = options.log.child({ wall: code });
    this.#seats = new Seats(now);
    this.#media = new SeatMedia({ broadcast: code, engine, seats: this.#seats, packetTime: () => 20 });
    this.#socketMedia = new SocketMedia({
      ...{ broadcast: code, source: engine, quota: options.socketQuota },
      ...{ delayMs: () => this.#delayMs, now },
    });
    this.#applicants = new Applicants(
      (member, arrival) => this.#enter(member, arrival),
      (member) => this.#giveUp(member),
    );
    engine.relay(code, "receive");
    this.#log.info({ keeper: this.#keeper.node }, "wall of another node joined");
  }

  get keeper(): Keeper {
    return this.#keeper;
  }

  /** The members, also those that wait for an answer. */
  get listenerCount(): number {
    return this.#seats.listenerCount;
  }

  /** The broadcast's frames over WebSockets. */
  get socketMedia(): SocketMedia {
    return this.#socketMedia;
  }

  joinListener(member: Member, arrival: Arrival): Promise<string> {
    const former = this.#seats.ofPage(arrival.page)?.member;
    if (former) {
      this.leave(former);
      former.release();
    }
    this.#seats.seatListener(member, arrival.page);
    return this.#applicants.add(member, arrival);
  }

  /** Takes a listener over whose room this node has kept until now, with its media. */
  adopt({ member, page, peer, connected, screen, takesFrames }: Seat): void {
    const seat = this.#seats.seatListener(member, page);
    if (screen) seat.screen = screen;
    if (peer) this.#seats.assignPeer(seat, peer, connected);
    this.#takeFrames(seat, takesFrames);
    member.move(this);
    this.#enter(member, this.#arrivalOf(seat));
  }

  /** This node keeps the room from now on: gives it all listeners, with their media, and those that wait. */
  release(room: Pick<Room, "adopt" | "joinListener">): void {
    this.#socketMedia.close();
    this.#applicants.moveTo(room, (id) => {
      const seat = this.#seats.listener(id)!;
      this.#seats.free(seat);
      return seat.member;
    });
    for (const seat of this.#seats.takeListeners()) room.adopt(seat);
  }

  offer(member: Member, offering: MemberOffering): PeerId {
    const seat = this.#seats.of(member);
    if (!seat) throw new LightwallError("not-in-room");
    return this.#media.offer(seat, offering);
  }

  report(member: Member, report: Report): void {
    const seat = this.#seats.of(member);
    if (seat) seat.report = report;
  }

  choose(member: Member, chosen: Chosen): void {
    this.#send({ ...this.#ofRoom, type: "choose", member: member.id, ...chosen });
  }

  spark(member: Member): void {
    this.#send({ ...this.#ofRoom, type: "spark", member: member.id });
  }

  repair(member: Member, missing: readonly MissingRange[]): void {
    this.#socketMedia.repair(member, missing);
  }

  wantFrames(member: Member, isWanted: boolean): void {
    if (isWanted) this.#socketMedia.start(member);
    else this.#socketMedia.stop(member);
  }

  leave(member: Member): void {
    const seat = this.#seats.of(member);
    if (!seat) return;
    this.#remove(seat, "member left");
    this.#send({ ...this.#ofRoom, type: "leave", member: member.id });
  }

  /** Takes what the keeper says. */
  take(message: Down): void {
    if (message.generation !== this.#keeper.generation) return;
    const seat = "member" in message ? this.#seats.listener(message.member) : undefined;
    switch (message.type) {
      case "enter-again":
        this.enterAgain(this.#keeper);
        break;
      case "tell":
        this.#tell(message);
        break;
      case "entered":
        if (seat) this.#admit(seat, message.screen);
        break;
      case "refused":
        this.#refuse(message.member, new LightwallError(message.code));
        break;
      case "released":
        if (!seat) return;
        this.#remove(seat, "released by the wall");
        seat.member.release(message.code);
    }
  }

  /** The keeper is gone. The host may come back at another node, and everyone stays for that. */
  wait(): void {
    this.#goneAt ??= this.#options.now();
    const room = { state: "host-away", playing: false, title: "" } as const;
    this.#seats.sendToListeners({ type: "room", room });
  }

  /** Whether the keeper has been gone for so long that nobody waits for it here any more. */
  get isGivenUp(): boolean {
    return this.#goneAt !== undefined && this.#options.now() - this.#goneAt > WAIT_MS;
  }

  /** Another node keeps the room now, or the keeper may have missed what was said: says all of it again. */
  enterAgain(keeper: Keeper): void {
    this.#keeper = keeper;
    this.#goneAt = undefined;
    for (const seat of this.#seats.listeners) seat.isLit = false;
    for (const seat of this.#seats.listeners) {
      this.#enter(seat.member, this.#applicants.arrivalOf(seat.member) ?? this.#arrivalOf(seat));
    }
  }

  handlePeerConnected(peer: PeerId): void {
    const seat = this.#media.handleConnected(peer);
    if (seat) this.#socketMedia.stop(seat.member);
  }

  handlePeerClosed(peer: PeerId, reason: string): void {
    const seat = this.#media.handleClosed(peer, reason);
    if (seat) this.#socketMedia.start(seat.member);
  }

  /** Reports to the keeper; called once a second. */
  tick(): void {
    const seats = this.#seats.listeners;
    const figures = figuresOf(seats, this.#options.engine, this.#socketMedia);
    const isLarge = seats.length > OFTEN_LISTED_MAX;
    const { screens, ...stats } = figures.stats;
    const isListed = screens && (!isLarge || ++this.#reports % SELDOM === 0);
    this.#send({
      ...this.#ofRoom,
      ...figures,
      type: "figures",
      stats: isListed ? { ...stats, screens } : stats,
    });
    this.#socketMedia.tick();
  }

  /** Removes all listeners: the room's keeper is gone, or they are. They may wait for the room. */
  close(code: "code-unknown" | "room-closed" | undefined): void {
    for (const id of this.#applicants.ids) this.#refuse(id, new LightwallError(code ?? "server-full"));
    const seats = this.#seats.clear();
    this.#socketMedia.close();
    this.#options.engine.closeBroadcast(this.code);
    this.#options.engine.relay(this.code, "none");
    for (const { member } of seats) member.release(code);
  }

  get #ofRoom(): { room: string; generation: number } {
    return { room: this.code, generation: this.#keeper.generation };
  }

  #arrivalOf({ page, screen }: Seat): Arrival {
    return { admitted: true, page, screen };
  }

  #enter({ id: member, network }: Member, arrival: Arrival): void {
    const { admitted = false, password, page, screen, name } = arrival;
    const shown = { member, network, admitted, password, page, screen, name };
    this.#send({ ...this.#ofRoom, ...shown, type: "enter" });
  }

  #admit(seat: Seat, screen: string): void {
    seat.screen = screen;
    const arrival = this.#applicants.admit(seat.member, screen);
    if (arrival) this.#takeFrames(seat, arrival.frames);
  }

  /** The keeper has not answered. It may have heard the question. */
  #giveUp(member: Member): void {
    this.#refuse(member.id, new LightwallError("server-full"));
    this.#send({ ...this.#ofRoom, type: "leave", member: member.id });
  }

  #refuse(id: string, error: LightwallError): void {
    const seat = this.#seats.listener(id);
    const hasWaited = this.#applicants.refuse(id, error);
    if (seat) this.#remove(seat, "refused by the wall");
    // The new keeper does not want it.
    if (!hasWaited) seat?.member.release(error.code);
  }

  #takeFrames(seat: Seat, takesFrames: boolean | undefined): void {
    seat.takesFrames = takesFrames;
    if (takesFrames) this.#socketMedia.add(seat.member);
  }

  #remove(seat: Seat, reason: string): void {
    this.#applicants.forget(seat.member);
    this.#media.drop(seat, reason);
    this.#seats.free(seat);
    this.#socketMedia.remove(seat.member);
  }

  #tell({ members, kind, text }: Extract<Down, { type: "tell" }>): void {
    if (kind === "timing" || kind === "joined") this.#learnTiming(text);
    const seats = members?.map((id) => this.#seats.listener(id)) ?? this.#seats.listeners;
    if (kind === "joined") {
      // With it, this node sends its own STUN and TURN servers.
      for (const seat of seats) seat?.member.send(JSON.parse(text) as ServerMessage);
      return;
    }
    const message = { type: kind, data: Buffer.from(text) };
    if (kind === "place") this.#learnPlaces(seats, text);
    for (const seat of seats) seat?.member.sendEncoded(message);
  }

  #learnTiming(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "timing" || message.type === "joined") this.#delayMs = message.timing.delay.to;
  }

  /** A screen that is switched off does not hold the wall back. */
  #learnPlaces(seats: readonly (Seat | undefined)[], text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    for (const seat of seats) if (seat && message.type === "place") seat.isOff = message.screen.locked;
  }

  #send(message: Up): void {
    this.#options.send(this.#keeper.node, message);
  }
}
