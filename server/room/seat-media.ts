import type { MediaEngine } from "../media/media-engine.ts";
import type { BroadcastId, PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { PacketTime } from "./host-report.ts";
import type { MemberOffering } from "./member.ts";
import type { Seat, Seats } from "./seats.ts";
import type { Stage } from "./stage.ts";

export interface SeatMediaOptions {
  readonly broadcast: BroadcastId;
  readonly engine: Pick<MediaEngine, "publish" | "subscribe" | "closePeer">;
  readonly seats: Seats;
  /** Duration of the packets that the host is asked for, ms. */
  readonly packetTime: () => PacketTime;
  /** Of the room's lease, where there are several nodes. */
  readonly generation?: number | undefined;
  /** The stage of the room, at the node that keeps it. */
  readonly stage?: Stage;
}

/** The peers of a room's members: each member has one at most, and one more for the stage. */
export class SeatMedia {
  readonly #options: SeatMediaOptions;

  constructor(options: SeatMediaOptions) {
    this.#options = options;
  }

  /**
   * Answers a member's media offer: the host publishes, a listener subscribes. The new peer replaces the
   * member's earlier one. If the offer is refused, the earlier peer stays.
   * @returns the new peer
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `stage-refused`
   */
  offer(seat: Seat, { isForStage = false, ...offering }: MemberOffering): PeerId {
    const { broadcast, engine, seats, packetTime, generation, stage } = this.#options;
    if (isForStage && !stage) throw new LightwallError("offer-sends");
    if (isForStage && stage) return stage.offer(seat, offering);
    const { connected } = seat;
    // Removed first, because the engine may close the former publisher while it answers the new offer.
    const former = seats.removePeer(seat);
    let answered: ReturnType<MediaEngine["subscribe"]>;
    try {
      answered =
        seat === seats.host
          ? engine.publish(broadcast, offering, packetTime(), generation)
          : engine.subscribe(broadcast, offering);
    } catch (error) {
      if (former) seats.assignPeer(seat, former, connected);
      throw error;
    }
    seats.assignPeer(seat, answered.peer);
    seat.member.send({ type: "answer", sdp: answered.answer });
    if (former) engine.closePeer(former, "replaced by a new offer");
    return answered.peer;
  }

  /** Handles the engine's event that a peer has connected. @returns the seat of its member, if it has one */
  handleConnected(peer: PeerId): Seat | undefined {
    const seat = this.#options.seats.ofPeer(peer);
    if (seat) seat.connected = true;
    return seat;
  }

  /**
   * Handles the engine's event that a peer has closed. The member may make a new offer.
   * @returns the member's seat, if it has one
   */
  handleClosed(peer: PeerId, reason: string): Seat | undefined {
    const { seats, stage } = this.#options;
    stage?.handleClosed(peer, reason);
    const seat = seats.ofPeer(peer);
    if (!seat) return;
    seats.removePeer(seat);
    seat.member.send({ type: "media-closed", reason });
    return seat;
  }

  /** Closes a member's peer, if it has one. @param reason for the log */
  drop(seat: Seat, reason: string): void {
    const peer = this.#options.seats.removePeer(seat);
    if (peer) this.#options.engine.closePeer(peer, reason);
  }
}
