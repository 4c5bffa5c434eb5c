import type { ErrorCode } from "../../server/protocol/errors.ts";
import type { Report, RoomStatus, ServerMessage } from "../../server/protocol/messages.ts";
import type { Timing } from "../../server/protocol/timing.ts";
import type { WallClock } from "../shared/clock.ts";
import { Peer, type PeerState } from "../shared/peer.ts";
import { Signal } from "../shared/signal.ts";
import { Choice } from "./choice.ts";
import type { Change } from "./part.ts";
import { refusalOf, retryAfter } from "./refusals.ts";
import type { Refusal } from "./status.ts";

/** Waits before another try, for a place in the wall and for media alike. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export interface ConnectionStatus {
  /** In the room, over a live signalling connection. */
  joined: boolean;
  /** The room as last heard of. */
  room: RoomStatus | undefined;
  refusal: Refusal | undefined;
  peer: PeerState | "prepared";
}

export interface ConnectionOptions {
  code: string;
  /** What this browser showed last time, if the wall had a password. */
  password: string | undefined;
  /** An unknown code is a wall that may come, or come back, as this browser was in it before. */
  returning: boolean;
  /** Called for every receiver, before anything comes through it. */
  onReceiver(receiver: RTCRtpReceiver): void;
  /** What this page was called in the wall before. */
  screen: string | undefined;
  /** What the screen is to be called where the wall has no name for it. */
  name: string;
  /** Nobody is here to do anything: tries again and again whatever the server says. */
  tireless: boolean;
  onTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  onTiming(timing: Timing): void;
  /** @param at begin of the test on the wall clock, ms */
  onFlashTest(at: number): void;
  /** What all screens do, this screen's place or the gain has changed, from a time of the wall clock on. */
  onWall(change: Change): void;
  /** The host asks which screen this is. */
  onIdentify(): void;
  onChange(status: ConnectionStatus): void;
}

/** A screen's place in a wall: joins, receives, and restores both by itself whatever breaks. */
export class Connection {
  /** What was chosen at this screen. */
  readonly choice = new Choice((message) => this.#signal.send(message));
  readonly #options: ConnectionOptions;
  readonly #signal: Signal;
  #status: ConnectionStatus = {
    joined: false,
    room: undefined,
    refusal: undefined,
    peer: "prepared",
  };
  #returning: boolean;
  #password: string | undefined;
  #screen: string | undefined;
  /** Both made ahead of need, so that the offer is ready when the tap comes. */
  #peer!: Peer;
  #offer!: Promise<string>;
  #offered = false;
  /** The peer has the server's answer. */
  #answered = false;
  /** Offers whose answers are still to come; only the last one's is of use. */
  #awaited = 0;
  #iceServers: readonly RTCIceServer[] = [];
  #wanted = false;
  #refusals = 0;
  #failures = 0;
  #rejoining: ReturnType<typeof setTimeout> | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#returning = options.returning;
    this.#password = options.password;
    this.#screen = options.screen;
    this.#prepare();
    this.#signal = new Signal({
      open: () => this.#open(),
      message: (message) => this.#read(message),
      down: () => this.#update({ joined: false }),
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get clock(): WallClock {
    return this.#signal.clock;
  }

  /** Tells the room how well this screen keeps time. */
  report(report: Report): void {
    if (this.#status.joined) this.#signal.send({ type: "report", ...report });
  }

  /** Asks for the wall's media, now and after every interruption. */
  receive(): void {
    this.#wanted = true;
    this.#ask();
  }

  /** Tries to come in with a password. */
  enter(password: string): void {
    this.#password = password;
    this.#join();
  }

  #open(): void {
    this.#awaited = 0;
    if (this.#offered) this.#prepare();
    this.#join();
    // Not waiting for the answer to the join saves a round trip; refused with it, the offer stays good.
    // But where TURN may be needed, its credentials come with that answer.
    if (this.#iceServers.length === 0) this.#ask();
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    const password = this.#password && { password: this.#password };
    const screen = this.#screen && { screen: this.#screen };
    const name = this.#options.name && { name: this.#options.name };
    this.#signal.send({ type: "join", code: this.#options.code, ...password, ...screen, ...name });
  }

  #read(message: ServerMessage): void {
    switch (message.type) {
      case "joined":
        this.#returning = true;
        this.#refusals = 0;
        this.choice.repeat();
        this.#options.onTiming(message.timing);
        this.#options.onWall({ show: message.show, gainDb: message.gainDb, at: 0 });
        this.#update({ joined: true, room: message.room, refusal: undefined });
        this.#ask();
        break;
      case "room":
        this.#update({ room: message.room });
        if (message.room.state === "closed") this.#roomClosed();
        break;
      case "timing":
        this.#options.onTiming(message.timing);
        break;
      case "flash-test":
        this.#options.onFlashTest(message.at);
        break;
      case "ice-servers":
        this.#iceServers = message.iceServers;
        if (!this.#answered) this.#prepare();
        break;
      case "show":
        this.#options.onWall({ show: message.show, at: message.at });
        break;
      case "gain":
        this.#options.onWall({ gainDb: message.gainDb, at: message.at });
        break;
      case "place": {
        const { at, screen, extent, alone } = message;
        this.#screen = screen.id;
        this.#options.onWall({ place: { screen, extent, alone }, at });
        break;
      }
      case "identify":
        this.#options.onIdentify();
        break;
      case "answer":
        this.#awaited -= 1;
        if (this.#awaited > 0) break;
        this.#answered = true;
        this.#peer.accept(message.sdp).catch(() => this.#renew());
        break;
      case "media-closed":
        this.#renew();
        break;
      case "error":
        this.#refused(message.code, message.answers);
        break;
    }
  }

  #refused(code: ErrorCode, answers: string | undefined): void {
    if (answers === "offer") this.#awaited -= 1;
    const refusal = refusalOf(code, this.#returning);
    if (refusal) {
      this.#update({ refusal });
      const least = retryAfter(refusal, this.#options.tireless);
      if (least !== undefined) this.#rejoin(least);
    } else if (code === "not-in-room") {
      this.#offered = false;
    } else if (answers === "offer") {
      this.#renew();
    }
  }

  #prepare(): void {
    clearTimeout(this.#renewing);
    this.#renewing = undefined;
    this.#peer?.close();
    this.#offered = this.#answered = false;
    this.#peer = new Peer({
      iceServers: this.#iceServers,
      onMade: (end) => this.#options.onReceiver(end as RTCRtpReceiver),
      onTrack: (track, receiver) => this.#options.onTrack(track, receiver),
      onState: (peer) => {
        this.#update({ peer });
        if (peer === "connected") this.#failures = 0;
        if (peer === "failed") this.#renew();
      },
    });
    this.#offer = this.#peer.offer();
  }

  async #ask(): Promise<void> {
    if (!this.#wanted || this.#offered) return;
    this.#offered = true;
    const peer = this.#peer;
    const sdp = await this.#offer;
    if (peer !== this.#peer) return;
    this.#offered = this.#signal.send({ type: "offer", sdp });
    if (!this.#offered) return;
    this.#awaited += 1;
    this.#update({ peer: "connecting" });
  }

  /** Replaces a peer that is lost, after a pause that grows while nothing gets better. */
  #renew(): void {
    if (this.#renewing !== undefined) return;
    this.#renewing = setTimeout(
      () => {
        this.#prepare();
        this.#ask();
      },
      backoff(this.#failures++),
    );
  }

  #update(change: Partial<ConnectionStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#options.onChange(this.#status);
  }

  /** Tries to come in again, not before some time in ms has passed. */
  #rejoin(least: number): void {
    clearTimeout(this.#rejoining);
    this.#rejoining = setTimeout(() => this.#join(), Math.max(backoff(this.#refusals++), least));
  }

  /** The wall is over; nobody comes back but who cannot be told so. */
  #roomClosed(): void {
    if (this.#options.tireless) {
      this.#prepare();
      this.#update({ joined: false });
      this.#rejoin(0);
      return;
    }
    clearTimeout(this.#renewing);
    this.#signal.close();
    this.#peer.close();
    this.#update({ peer: "closed" });
  }
}

/** Grows with every failure, and differs from screen to screen so that a wall does not come all at once. */
function backoff(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) * (0.75 + Math.random() / 2);
}
