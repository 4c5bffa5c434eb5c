import type { ErrorCode } from "#protocol/errors.ts";
import type { FlashPlan } from "#protocol/flash-plan.ts";
import { decodeFrames } from "#protocol/frames.ts";
import type { LightMap } from "#protocol/light-map.ts";
import type { ClientMessage, Report, RoomStatus, ServerMessage } from "#protocol/messages.ts";
import type { Timing } from "#protocol/timing.ts";
import type { WallClock } from "../../shared/clock.ts";
import type { PeerState } from "../../shared/peer.ts";
import { Signal } from "../../shared/signal.ts";
import type { Ear } from "../ear/ear.ts";
import type { Gap } from "../ear/frame-order.ts";
import type { ScreenSettings } from "../page/settings.ts";
import type { Refusal } from "../page/status.ts";
import type { Change } from "../paint/part.ts";
import { backoff } from "./backoff.ts";
import type { Downlink } from "./downlink.ts";
import { Identity } from "./identity.ts";
import { refusalOf, retryAfterMs } from "./refusals.ts";

/**
 * How long UDP waits for the first light, which frames of the WebSocket bring, ms. To open a peer connection
 * occupies a phone for as long as that light takes.
 */
const RECEIVE_AFTER_MS = 500;
/** How long to wait before the script for UDP is loaded again, ms. */
const RECEIVE_AGAIN_MS = 2_000;
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
  readonly code: string;
  /** Where the media go, whichever way they come. */
  readonly ear: Pick<Ear, "kind" | "listen" | "take" | "watch">;
  /** Of a kiosk, which has no person, the page tries again after every refusal. */
  readonly settings: Pick<ScreenSettings, "kiosk" | "name" | "screen">;
}

/** What a connection reports. */
export interface ConnectionListener {
  onTiming(timing: Timing): void;
  /** @param at start of the test, ms of the wall clock */
  onFlashTest(at: number): void;
  /** The show or this screen's place changes at a time of the wall clock. */
  onWall(change: Change): void;
  /** What is dark and what is bright in the song. */
  onLightMap(map: LightMap): void;
  /** When the light of the wall may rise. */
  onFlashPlan(rises: FlashPlan): void;
  /** The host asks this screen to show its number and name. */
  onIdentify(): void;
  onChange(status: ConnectionStatus): void;
}

/** A screen's connection to its wall: joins, receives the media, and restores both whenever they are lost. */
export class Connection {
  /** To be set in the task in which the connection is made. */
  listener!: ConnectionListener;
  /** Receives over UDP; undefined until the first light. Only this class sets it. */
  downlink: Downlink | undefined;
  readonly #options: ConnectionOptions;
  readonly #identity: Identity;
  readonly #signal: Signal;
  #iceServers: readonly RTCIceServer[] = [];
  #status: ConnectionStatus = {
    joined: false,
    room: undefined,
    refusal: undefined,
    peer: "prepared",
  };
  #receiving: ReturnType<typeof setTimeout> | undefined;
  #refusals = 0;
  #rejoining: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { code, ear, settings } = options;
    this.#identity = new Identity(code, settings.screen);
    this.#signal = new Signal({
      open: () => {
        this.#join();
        this.downlink?.begin();
      },
      message: (message) => this.#handle(message),
      frames: (message) => ear.take(decodeFrames(message)),
      down: () => {
        this.downlink?.endStage();
        this.#update({ joined: false });
      },
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Music or a picture is to come: then the screen is lit, and frames must come one way or another. */
  get isPlaying(): boolean {
    const { refusal, room } = this.#status;
    return !refusal && room?.state === "live" && (room.playing || !!room.picture);
  }

  get clock(): WallClock {
    return this.#signal.clock;
  }

  /**
   * Receives the wall's media over UDP, if the page is in the wall. It begins in a task of its own, so that
   * the frame in which this is called is painted first.
   */
  receive(): void {
    if (this.#status.joined) this.#receiveAfter(0);
  }

  /** Reports to the server how well this screen keeps time. */
  report(report: Report): void {
    if (this.#status.joined) this.#signal.send({ type: "report", ...report });
  }

  /** Asks for frames that have not come. */
  repair(gaps: readonly Gap[]): void {
    if (!this.#status.joined) return;
    // RTP times have 32 bits.
    const missing = gaps.slice(-MISSING_MAX).map(({ from, to }): [number, number] => [from >>> 0, to >>> 0]);
    this.#signal.send({ type: "repair", missing });
  }

  /** Asks for all frames over the WebSocket, because none come, or for none any more. */
  wantFrames(wanted: boolean): void {
    if (this.#status.joined) this.#signal.send({ type: "want-frames", wanted });
    // No frame has come: the network may be gone.
    if (wanted) this.#signal.doubt();
  }

  /** Sends what a person does at this screen. Returns false if the server cannot be reached. */
  readonly send = (message: ClientMessage) => this.#signal.send(message);

  /** Joins with a password. */
  enter(password: string): void {
    this.#identity.password = password;
    this.#join();
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    const { code, ear, settings } = this.#options;
    const { page, password, screen } = this.#identity;
    this.#signal.send({
      type: "join",
      code,
      page,
      ...(password && { password }),
      ...(screen && { screen }),
      ...(settings.name && { name: settings.name }),
      ...(ear.kind === "frames" && { frames: true }),
    });
  }

  #receiveAfter(ms: number): void {
    clearTimeout(this.#receiving);
    this.#receiving = setTimeout(() => {
      // Without network the script cannot be loaded.
      this.#receive().catch(() => this.#receiveAfter(RECEIVE_AGAIN_MS));
    }, ms);
  }

  /** Receives over UDP. The first light does not wait for this script. */
  async #receive(): Promise<void> {
    const loaded = await import("./downlink.ts");
    const { ear } = this.#options;
    this.downlink ??= new loaded.Downlink({
      iceServers: this.#iceServers,
      showsFrames: ear.kind === "frames",
      send: this.send,
      onReceiver: (receiver) => ear.watch(receiver),
      onTrack: (track, receiver) => ear.listen(track, receiver),
      onState: (peer) => this.#update({ peer }),
    });
    if (this.#status.joined) await this.downlink.ask();
  }

  #handle(message: ServerMessage): void {
    if (this.downlink?.receive(message)) return;
    switch (message.type) {
      case "joined":
        // The server may have admitted this page by itself, when the wall opened.
        clearTimeout(this.#rejoining);
        this.#identity.keepWall();
        this.#refusals = 0;
        this.listener.onTiming(message.timing);
        this.listener.onWall({ show: message.show, at: 0 });
        for (const map of message.maps) this.listener.onLightMap(map);
        this.listener.onFlashPlan(message.rises);
        this.#update({ joined: true, room: message.room, refusal: undefined });
        this.#receiveAfter(this.#options.ear.kind === "frames" ? RECEIVE_AFTER_MS : 0);
        break;
      case "room":
        this.#update({ room: message.room });
        if (message.room.state === "closed") this.#roomClosed();
        break;
      case "timing":
        this.listener.onTiming(message.timing);
        break;
      case "flash-test":
        this.listener.onFlashTest(message.at);
        break;
      case "ice-servers":
        this.#iceServers = message.iceServers;
        if (this.downlink) this.downlink.iceServers = message.iceServers;
        break;
      case "show":
        this.listener.onWall({ show: message.show, at: message.at });
        break;
      case "light-map":
        this.listener.onLightMap(message.map);
        break;
      case "flash-plan":
        this.listener.onFlashPlan(message.rises);
        break;
      case "place": {
        const { at, screen, dealt, extent, alone } = message;
        this.#identity.screen = screen.id;
        this.listener.onWall({ place: { screen, dealt, extent, alone }, at });
        break;
      }
      case "identify":
        this.listener.onIdentify();
        break;
      case "error":
        this.#refused(message.code, message.answers);
        break;
    }
  }

  #refused(code: ErrorCode, answers: string | undefined): void {
    if (answers === "offer") {
      this.downlink?.refused(code);
      // The page is in the wall; only the media connection is refused. Frames come over the WebSocket.
      const { kind } = this.#options.ear;
      if (code === "server-full" || (code === "offer-no-audio" && kind === "frames")) return;
    }
    const { kiosk } = this.#options.settings;
    const refusal = refusalOf(code, kiosk || this.#identity.wasInWall);
    if (refusal) {
      this.#update({ refusal });
      const waitMs = retryAfterMs(refusal, kiosk);
      if (waitMs !== undefined) this.#rejoin(waitMs);
    } else if (code === "not-in-room") {
      this.downlink?.postpone();
    } else if (answers === "offer") {
      this.downlink?.renew();
    }
  }

  #update(change: Partial<ConnectionStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.listener.onChange(this.#status);
  }

  /** Joins again after a wait that doubles with every refusal, and is at least `leastMs`. */
  #rejoin(leastMs: number): void {
    clearTimeout(this.#rejoining);
    this.#rejoining = setTimeout(() => this.#join(), Math.max(backoff(this.#refusals++), leastMs));
  }

  /** The wall is closed. Only a screen without a person waits for it to open again. */
  #roomClosed(): void {
    clearTimeout(this.#receiving);
    if (this.#options.settings.kiosk) {
      this.downlink?.discard();
      this.#update({ joined: false });
      this.#rejoin(0);
      return;
    }
    this.#signal.close();
    this.downlink?.close();
  }
}
