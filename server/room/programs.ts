import type { Logger } from "pino";
import type { MediaEngine, Offering } from "../media/media-engine.ts";
import type { BroadcastId, PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { PacketTime } from "./host-report.ts";
import type { Password } from "./password.ts";
import type { Seats } from "./seats.ts";

/** Another program than a page, which sends a room its sound or receives it. */
export interface Program {
  /** Its name in the log. */
  readonly id: string;
  /** The room has ended its media. @param reason for the log */
  end(reason: string): void;
}

export interface ProgramsOptions {
  readonly broadcast: BroadcastId;
  readonly engine: Pick<MediaEngine, "publish" | "subscribe" | "closePeer">;
  readonly seats: Seats;
  readonly password: Pick<Password, "check">;
  readonly listenersMax: number;
  /** Duration of the packets that a program is asked for, ms. */
  readonly packetTime: () => PacketTime;
  /** Of the room's lease, where there are several nodes. */
  readonly generation?: number | undefined;
  /** Called when a program begins to send: as for a host that joins, the hash of its key must be saved. */
  readonly keepWall: () => void;
  /** Called when another program sends, or none does any more. */
  readonly changed: () => void;
  readonly log: Logger;
}

/** The media of one program. */
interface Connection {
  readonly program: Program;
  readonly peer: PeerId;
  connected: boolean;
}

/**
 * The programs of a room that are no pages: one may send the sound in place of the host's page, and others
 * may receive it. They get no messages and have no screens. One that sends keeps the room open as a host
 * does.
 *
 * The host's page decides who sends: while it does itself, programs are refused; when it goes live, the
 * program that sends is ended. Of two programs the newer one sends, because a program that was started again
 * is newer than its own former connection, which only seems to be alive.
 */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #connections = new Map<PeerId, Connection>();
  /** The one of them that sends. */
  #sender: Connection | undefined;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** Whether a program sends the sound. */
  get isSending(): boolean {
    return this.#sender?.connected ?? false;
  }

  /**
   * Answers the offer of a program that sends, in place of the one that does so now.
   * @throws LightwallError `host-live` | `offer-invalid` | `offer-no-audio`
   */
  send(program: Program, offering: Offering): { peer: PeerId; answer: string } {
    const { broadcast, engine, seats, packetTime, generation, keepWall, changed, log } = this.#options;
    if (seats.host?.peer) throw new LightwallError("host-live");
    const former = this.#sender;
    const answered = engine.publish(broadcast, offering, packetTime(), generation);
    log.info({ session: program.id }, "program that sends joined");
    this.#sender = { program, peer: answered.peer, connected: false };
    this.#add(this.#sender);
    if (former) this.#end(former, "replaced by another program");
    keepWall();
    changed();
    return answered;
  }

  /**
   * Answers the offer of a program that receives. It counts as a listener.
   * @param password that it shows; "" for none
   * @throws LightwallError `password-needed` | `password-wrong` | `room-full` | `offer-invalid` |
   * `offer-no-audio` | `offer-sends`
   */
  receive(program: Program, password: string, offering: Offering): { peer: PeerId; answer: string } {
    const { broadcast, engine, seats, listenersMax, log } = this.#options;
    this.#options.password.check(password);
    if (seats.listenerCount >= listenersMax) throw new LightwallError("room-full");
    // Programs get the sound alone, as their sections for pictures are of no known use to them.
    const answered = engine.subscribe(broadcast, { ...offering, isWithoutPictures: true });
    this.#add({ program, peer: answered.peer, connected: false });
    log.info({ session: program.id }, "program that receives joined");
    return answered;
  }

  /** Removes a program that leaves, with its media. Ignores unknown ones. @param reason for the log */
  remove(peer: PeerId, reason: string): void {
    const connection = this.#connections.get(peer);
    if (!connection) return;
    const { engine, changed, log } = this.#options;
    this.#connections.delete(peer);
    const hasSent = connection === this.#sender;
    if (hasSent) this.#sender = undefined;
    this.#count();
    // Nothing else tells a program that its session is over.
    engine.closePeer(peer, reason, true);
    log.info({ session: connection.program.id, reason }, "program left");
    if (hasSent) changed();
  }

  /** Ends the program that sends, if there is one. @param reason for the log */
  endSender(reason: string): void {
    if (this.#sender) this.#end(this.#sender, reason);
  }

  /** Handles the engine's event that a peer has connected. */
  handleConnected(peer: PeerId): void {
    const connection = this.#connections.get(peer);
    if (!connection) return;
    connection.connected = true;
    if (connection === this.#sender) this.#options.changed();
  }

  /** Handles the engine's event that a peer has closed. */
  handleClosed(peer: PeerId, reason: string): void {
    const connection = this.#connections.get(peer);
    if (connection) this.#end(connection, reason);
  }

  /** Ends all programs. @param reason for the log */
  close(reason: string): void {
    for (const connection of this.#connections.values()) this.#end(connection, reason);
  }

  #add(connection: Connection): void {
    this.#connections.set(connection.peer, connection);
    this.#count();
  }

  #end({ peer, program }: Connection, reason: string): void {
    // The engine may have closed its peer already, for a newer publisher.
    if (!this.#connections.has(peer)) return;
    this.remove(peer, reason);
    program.end(reason);
  }

  #count(): void {
    const sends = this.#sender !== undefined;
    this.#options.seats.setPrograms({ sends, receivers: this.#connections.size - (sends ? 1 : 0) });
  }
}
