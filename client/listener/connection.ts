import type { ErrorCode } from "#protocol/errors.ts";
import type { Report, RoomStatus, ServerMessage } from "#protocol/messages.ts";
import type { Timing } from "#protocol/timing.ts";
import type { WallClock } from "../shared/clock.ts";
import type { PeerState } from "../shared/peer.ts";
import { Signal } from "../shared/signal.ts";
import { backoff } from "./backoff.ts";
import { Choice } from "./choice.ts";
import { Downlink } from "./downlink.ts";
import type { Change } from "./part.ts";
import { refusalOf, retryAfter } from "./refusals.ts";
import type { Refusal } from "./status.ts";

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
  readonly #downlink: Downlink;
  #status: ConnectionStatus = {
    joined: false,
    room: undefined,
    refusal: undefined,
    peer: "prepared",
  };
  #returning: boolean;
  #password: string | undefined;
  #screen: string | undefined;
  #refusals = 0;
  #rejoining: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#returning = options.returning;
    this.#password = options.password;
    this.#screen = options.screen;
    this.#downlink = new Downlink({
      sendOffer: (sdp) => this.#signal.send({ type: "offer", sdp }),
      onReceiver: options.onReceiver,
      onTrack: options.onTrack,
      onState: (peer) => this.#update({ peer }),
    });
    this.#signal = new Signal({
      open: () => {
        this.#join();
        this.#downlink.begin();
      },
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
    this.#downlink.want();
  }

  /** Tries to come in with a password. */
  enter(password: string): void {
    this.#password = password;
    this.#join();
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
        // Perhaps let in by the server, as the wall has opened.
        clearTimeout(this.#rejoining);
        this.#returning = true;
        this.#refusals = 0;
        this.choice.repeat();
        this.#options.onTiming(message.timing);
        this.#options.onWall({ show: message.show, gainDb: message.gainDb, at: 0 });
        this.#update({ joined: true, room: message.room, refusal: undefined });
        void this.#downlink.ask();
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
        this.#downlink.iceServers = message.iceServers;
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
        this.#downlink.accept(message.sdp);
        break;
      case "media-closed":
        this.#downlink.renew();
        break;
      case "error":
        this.#refused(message.code, message.answers);
        break;
    }
  }

  #refused(code: ErrorCode, answers: string | undefined): void {
    if (answers === "offer") {
      this.#downlink.refused();
      // A page in a wall has its place there: what is full is the way to the sound, for now.
      if (code === "server-full") {
        this.#downlink.renew();
        return;
      }
    }
    const refusal = refusalOf(code, this.#returning);
    if (refusal) {
      this.#update({ refusal });
      const least = retryAfter(refusal, this.#options.tireless);
      if (least !== undefined) this.#rejoin(least);
    } else if (code === "not-in-room") {
      this.#downlink.postpone();
    } else if (answers === "offer") {
      this.#downlink.renew();
    }
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
      this.#downlink.prepare();
      this.#update({ joined: false });
      this.#rejoin(0);
      return;
    }
    this.#signal.close();
    this.#downlink.close();
  }
}
