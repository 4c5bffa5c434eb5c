import type { Logger } from "pino";
import type { MediaEngine, Offering } from "../media/media-engine.ts";
import type { BroadcastId, PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Member } from "./member.ts";
import type { Seat, Seats } from "./seats.ts";

/** How long a listener stays on stage while the host is away, ms: as long as a page takes to come back. */
const HOST_AWAY_MS = 30_000;
/** Duration of the packets that a listener on stage is asked for, ms: only the host gets them. */
const PACKET_TIME_MS = 20;

export interface StageOptions {
  /** Of the room. The stage has one of its own beside it. */
  readonly broadcast: BroadcastId;
  readonly engine: Pick<MediaEngine, "publish" | "subscribe" | "closePeer" | "closeBroadcast">;
  readonly seats: Pick<Seats, "host" | "listeners">;
  /** Of the room's lease, where there are several nodes. */
  readonly generation?: number | undefined;
  /** Told who is on stage, by the id of the screen; undefined for nobody. */
  readonly changed: (screen: string | undefined) => void;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** The broadcast of a room's stage. Its peers are those of the room in all other respects. */
export function stageOf(broadcast: BroadcastId): BroadcastId {
  return `${broadcast}/stage`;
}

/** The room to which a broadcast belongs: its own, or that of its stage. */
export function roomOf(broadcast: BroadcastId): string {
  return broadcast.split("/", 1)[0]!;
}

/**
 * The stage of a room: the listener to whom the host has given it sends sound and picture to the host alone.
 * The host's page adds them to what it sends to the wall. So the wall has one song, one picture and one
 * clock, and it has nothing of the stage any more as soon as the host takes it back.
 *
 * It ends when the host takes it back or gives it to another one, when the listener leaves, when the host
 * stays away, and when the room closes. Then both peers are closed at once.
 */
export class Stage {
  readonly #options: StageOptions;
  readonly #broadcast: BroadcastId;
  /** Who is on stage. */
  #holder: Seat | undefined;
  /** The peers of the listener on stage and of the host, one each at most. */
  readonly #peers = new Map<PeerId, Seat>();
  /** Since when the host is away, ms. */
  #hostAwaySince: number | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#broadcast = stageOf(options.broadcast);
  }

  /**
   * Gives the stage to a listener, or with null takes it back.
   * @param screen id of the listener's screen
   * @throws LightwallError `stage-refused`
   */
  give(screen: string | null): void {
    if (screen === null) {
      this.end("taken back");
      return;
    }
    const seat = this.#options.seats.listeners.find((one) => one.screen === screen);
    // Media of a page at another node reach the host's node only as part of the wall's broadcast.
    if (!seat || seat.member.isFar) throw new LightwallError("stage-refused");
    if (seat === this.#holder) return;
    this.#close("given to another one");
    this.#holder = seat;
    this.#options.log.info({ session: seat.member.id }, "stage given");
    seat.member.send({ type: "stage", given: true });
    this.#options.changed(screen);
  }

  /**
   * Answers an offer for the stage: the listener on it sends, the host receives. The new peer replaces the
   * member's earlier one. If the offer is refused, the earlier peer stays.
   * @returns the new peer
   * @throws LightwallError `offer-sends` | `stage-refused` | `offer-invalid` | `offer-no-audio`
   */
  offer(seat: Seat, offering: Offering): PeerId {
    const { engine, seats, generation } = this.#options;
    const isHost = seat === seats.host;
    if (isHost && !this.#holder) throw new LightwallError("stage-refused");
    if (!isHost && seat !== this.#holder) throw new LightwallError("offer-sends");
    // Removed first, because the engine may close the former publisher while it answers the new offer.
    const former = this.#takePeerOf(seat);
    let answered: ReturnType<MediaEngine["subscribe"]>;
    try {
      answered = isHost
        ? engine.subscribe(this.#broadcast, offering)
        : engine.publish(this.#broadcast, offering, PACKET_TIME_MS, generation);
    } catch (error) {
      if (former) this.#peers.set(former, seat);
      throw error;
    }
    this.#peers.set(answered.peer, seat);
    seat.member.send({ type: "answer", sdp: answered.answer, stage: true });
    if (former) engine.closePeer(former, "replaced by a new offer");
    return answered.peer;
  }

  /** Handles the engine's event that a peer has closed. The member may make a new offer. */
  handleClosed(peer: PeerId, reason: string): void {
    const seat = this.#peers.get(peer);
    this.#peers.delete(peer);
    seat?.member.send({ type: "media-closed", reason, stage: true });
  }

  /** A listener leaves the stage, if it is there. */
  stepDown(member: Member): void {
    if (member === this.#holder?.member) this.end("left the stage");
  }

  /** A member has left the room, or another page is its host. */
  leave(seat: Seat): void {
    if (seat === this.#holder) this.end("member left");
    const peer = this.#takePeerOf(seat);
    if (peer) this.#options.engine.closePeer(peer, "member left");
  }

  /** Ends the stage when the host stays away; called once a second. */
  tick(): void {
    const { seats, now } = this.#options;
    if (seats.host) this.#hostAwaySince = undefined;
    else this.#hostAwaySince ??= now();
    const isAway = this.#hostAwaySince !== undefined && now() - this.#hostAwaySince > HOST_AWAY_MS;
    if (isAway) this.end("host away");
  }

  /** Takes the stage back, if somebody is on it; idempotent. @param reason for the log */
  end(reason: string): void {
    if (!this.#holder) return;
    this.#close(reason);
    this.#options.changed(undefined);
  }

  /** Closes the media of both, and tells them. */
  #close(reason: string): void {
    const { engine, seats, log } = this.#options;
    const holder = this.#holder;
    if (!holder) return;
    this.#holder = undefined;
    const peers = [...this.#peers];
    this.#peers.clear();
    for (const [peer] of peers) engine.closePeer(peer, `stage ended: ${reason}`, true);
    engine.closeBroadcast(this.#broadcast);
    log.info({ session: holder.member.id, reason }, "stage ended");
    holder.member.send({ type: "stage", given: false });
    const hasHostPeer = peers.some(([, seat]) => seat === seats.host);
    if (hasHostPeer) seats.host?.member.send({ type: "media-closed", reason: "stage ended", stage: true });
  }

  #takePeerOf(seat: Seat): PeerId | undefined {
    const [peer] = [...this.#peers].find(([, one]) => one === seat) ?? [];
    if (peer) this.#peers.delete(peer);
    return peer;
  }
}
