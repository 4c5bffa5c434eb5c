import type { ErrorCode } from "#protocol/errors.ts";
import { decodeFrames, type TimedFrame } from "#protocol/frames.ts";
import type { Report, RoomStatus, ServerMessage } from "#protocol/messages.ts";
import type { Timing } from "#protocol/timing.ts";
import type { WallClock } from "../../shared/clock.ts";
import type { PeerState } from "../../shared/peer.ts";
import { Signal } from "../../shared/signal.ts";
import type { Refusal } from "../page/status.ts";
import type { Change } from "../paint/part.ts";
import { backoff } from "./backoff.ts";
import { Choice } from "./choice.ts";
import { Downlink } from "./downlink.ts";
import { refusalOf, retryAfterMs } from "./refusals.ts";

/** Ranges of missing frames that the server accepts in one message. */
const MISSING_MAX = 16;

export interface ConnectionStatus {
  /** In the wall, and connected to the server. */
  joined: boolean;
  /** The wall as last received. */
  room: RoomStatus | undefined;
  refusal: Refusal | undefined;
  peer: PeerState | "prepared";
}

export interface ConnectionOptions {
  code: string;
  /** The password that this browser used last time, if the wall had one. */
  password: string | undefined;
  /** This browser was in the wall before, or waits for it: a wall that is unknown now may open. */
  returning: boolean;
  /** Called with every receiver before it receives its first packet. */
  onReceiver(receiver: RTCRtpReceiver): void;
  /** The id of this page's screen, if it was in the wall before. */
  screen: string | undefined;
  /** The name of the screen, unless the wall has another for it; "" for none. */
  name: string;
  /** Whether it takes frames over the WebSocket. */
  takesFrames: boolean;
  /** There is no person at this screen: it tries again after every refusal. */
  unattended: boolean;
  onTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  /** Encoded frames that came over the WebSocket. */
  onFrames(frames: readonly TimedFrame[]): void;
  onTiming(timing: Timing): void;
  /** @param at start of the test, ms of the wall clock */
  onFlashTest(at: number): void;
  /** The show, this screen's place or the gain changes at a time of the wall clock. */
  onWall(change: Change): void;
  /** The host asks this screen to show its number and name. */
  onIdentify(): void;
  onChange(status: ConnectionStatus): void;
}

/** A screen's connection to its wall: joins, receives the media, and restores both whenever they are lost. */
export class Connection {
  /** Sends what is chosen at this screen. */
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
      message: (message) => this.#handle(message),
      frames: (message) => options.onFrames(decodeFrames(message)),
      down: () => this.#update({ joined: false }),
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get clock(): WallClock {
    return this.#signal.clock;
  }

  /** Reports to the server how well this screen keeps time. */
  report(report: Report): void {
    if (this.#status.joined) this.#signal.send({ type: "report", ...report });
  }

  /** Asks for frames that have not come, by their RTP times. */
  repair(missing: readonly (readonly [from: number, to: number])[]): void {
    if (this.#status.joined)
      this.#signal.send({
        type: "repair",
        missing: missing.slice(-MISSING_MAX).map(([from, to]) => [from, to]),
      });
  }

  /** Asks for all frames over the WebSocket, or for none any more. */
  wantFrames(wanted: boolean): void {
    if (this.#status.joined) this.#signal.send({ type: "want-frames", wanted });
  }

  /** Receives the wall's media from now on, also after every interruption. */
  receive(): void {
    this.#downlink.want();
  }

  /** Joins with a password. */
  enter(password: string): void {
    this.#password = password;
    this.#join();
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    const password = this.#password && { password: this.#password };
    const screen = this.#screen && { screen: this.#screen };
    const name = this.#options.name && { name: this.#options.name };
    const frames = this.#options.takesFrames && { frames: true };
    this.#signal.send({ type: "join", code: this.#options.code, ...password, ...screen, ...name, ...frames });
  }

  #handle(message: ServerMessage): void {
    switch (message.type) {
      case "joined":
        // The server may have admitted this page by itself, when the wall opened.
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
      // The page is in the wall; only the media connection is refused, for now.
      if (code === "server-full") {
        this.#downlink.renew();
        return;
      }
    }
    const refusal = refusalOf(code, this.#returning);
    if (refusal) {
      this.#update({ refusal });
      const waitMs = retryAfterMs(refusal, this.#options.unattended);
      if (waitMs !== undefined) this.#rejoin(waitMs);
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

  /** Joins again after a wait that doubles with every refusal, and is at least `leastMs`. */
  #rejoin(leastMs: number): void {
    clearTimeout(this.#rejoining);
    this.#rejoining = setTimeout(() => this.#join(), Math.max(backoff(this.#refusals++), leastMs));
  }

  /** The wall is closed. Only a screen without a person waits for it to open again. */
  #roomClosed(): void {
    if (this.#options.unattended) {
      this.#downlink.prepare();
      this.#update({ joined: false });
      this.#rejoin(0);
      return;
    }
    this.#signal.close();
    this.#downlink.close();
  }
}
