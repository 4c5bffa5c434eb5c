import { signal } from "@preact/signals";
import type { ErrorCode } from "#protocol/errors.ts";
import type { ClientMessage, RoomStats, ServerMessage } from "#protocol/messages.ts";
import type { Timing } from "#protocol/timing.ts";
import type { WallClock } from "../../shared/clock.ts";
import { Signal } from "../../shared/signal.ts";
import { forgetWall, keepWall, type OwnWall } from "../../shared/walls.ts";
import { HostWall } from "./host-wall.ts";
import { Uplink } from "./uplink.ts";

/**
 * Where the console stands with its wall: `connecting` (for the first time), `ready` (host of it),
 * `reconnecting`, `replaced` (another page hosts it now), `closed` (over), `refused` (see `refusal`).
 */
export type ConnectionPhase = "connecting" | "ready" | "reconnecting" | "replaced" | "closed" | "refused";

/** Wait before joining again where the server has refused for now, ms. */
const REJOIN_MS = 8_000;

/** Longest title the protocol takes. */
const TITLE_MAX = 200;

/** Errors after which this page cannot host this wall. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(["key-wrong", "code-unknown", "version-unsupported"]);

/**
 * The host's side of a wall: joins with its key again and again, and keeps the broadcast up while it is
 * wanted.
 */
export class HostBroadcast {
  readonly phase = signal<ConnectionPhase>("connecting");
  readonly stats = signal<RoomStats | undefined>();
  /** The wall's time and delay, as last heard of. */
  readonly timing = signal<Timing | undefined>();
  /** Why the wall cannot be hosted from here, in words. */
  readonly refusal = signal("");
  /** What is wrong with the broadcast, in words; "" while nothing is. */
  readonly problem = signal("");
  /** What listeners must show to come in; "" for nothing. */
  readonly password = signal("");
  /** Its screens, and what they do. */
  readonly wall = new HostWall((message) => this.#send(message));
  /** Called with every sender before it sends. */
  onSender: (sender: RTCRtpSender) => void = () => {};

  readonly #uplink = new Uplink({
    canOffer: () => this.phase.peek() === "ready",
    sendOffer: (sdp) => this.#send({ type: "offer", sdp }),
    onProblem: (words) => {
      this.problem.value = words;
    },
    onSender: (sender) => this.onSender(sender),
  });
  #own: OwnWall;
  #signal: Signal | undefined;
  #rejoining: ReturnType<typeof setTimeout> | undefined;
  #playback = { playing: false, title: "" };
  #closing = false;

  constructor(wall: OwnWall) {
    this.#own = wall;
    this.password.value = wall.password ?? "";
    this.connect();
  }

  /** Hosts the wall from this page; also to take it back from another one. */
  connect(): void {
    this.#signal?.close();
    this.phase.value = "connecting";
    this.#signal = new Signal({
      open: () => this.#join(),
      message: (message) => this.#receive(message),
      down: (fatal) => this.#down(fatal),
    });
  }

  get code(): string {
    return this.#own.code;
  }

  /** Whether sound goes out. */
  get onAir(): Uplink["onAir"] {
    return this.#uplink.onAir;
  }

  /** The wall clock. */
  get clock(): WallClock | undefined {
    return this.#signal?.clock;
  }

  /** Sets the wall delay in ms; null lets it follow what screens need. */
  setDelay(delayMs: number | null): void {
    this.#send({ type: "set-delay", delayMs });
  }

  /** Lets all screens pulse by the clock for a while. */
  flashTest(): void {
    this.#send({ type: "flash-test" });
  }

  /** Sends this sound to the wall, and goes on doing so until {@link stop}. */
  goLive(track: MediaStreamTrack): void {
    this.problem.value = "";
    this.#uplink.begin(track);
  }

  /** Ends the broadcast; the wall and its listeners stay. */
  stop(): void {
    this.#uplink.drop();
    this.problem.value = "";
    this.#send({ type: "stop" });
  }

  /** Tells the wall what the song does. */
  tell(playing: boolean, title: string): void {
    this.#playback = { playing, title: title.slice(0, TITLE_MAX) };
    if (this.phase.peek() === "ready") this.#send({ type: "playback", ...this.#playback });
  }

  /**
   * From now on listeners must show this password; with "" none. False while the server cannot be reached.
   */
  protect(password: string): boolean {
    if (!this.#send({ type: "protect", password })) return false;
    const { code, hostKey } = this.#own;
    this.#own = { code, hostKey, ...(password && { password }) };
    this.password.value = password;
    keepWall(this.#own);
    return true;
  }

  /** Closes the wall for everyone and for good. False while the server cannot be reached. */
  closeWall(): boolean {
    this.#closing = this.#send({ type: "close-room" });
    return this.#closing;
  }

  #send(message: ClientMessage): boolean {
    return this.#signal?.send(message) ?? false;
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    this.#send({ type: "join", ...this.#own });
  }

  #receive(message: ServerMessage): void {
    this.wall.receive(message);
    switch (message.type) {
      case "joined":
        this.wall.begin(message.show, message.gainDb);
        this.phase.value = "ready";
        this.timing.value = message.timing;
        this.problem.value = "";
        this.tell(this.#playback.playing, this.#playback.title);
        void this.#uplink.offer();
        return;
      case "room":
        if (message.room.state === "closed") this.#roomClosed();
        return;
      case "answer":
        this.#uplink.accept(message.sdp);
        return;
      case "packet-time":
        this.#uplink.setPacketTime(message.packetTimeMs);
        return;
      case "ice-servers":
        this.#uplink.iceServers = message.iceServers;
        return;
      case "media-closed":
        this.#uplink.lost();
        return;
      case "timing":
        this.timing.value = message.timing;
        return;
      case "stats":
        this.stats.value = message.stats;
        return;
      case "error":
        this.#failed(message.code, message.message, message.answers);
    }
  }

  /**
   * Without having been asked to, a server closes rooms only as it stops: whether the wall is over, joining
   * tells.
   */
  #roomClosed(): void {
    if (this.#closing) this.#end("closed");
    else this.#join();
  }

  #failed(code: ErrorCode, words: string, answers: string | undefined): void {
    if (code === "host-replaced") {
      this.#end("replaced");
    } else if (code === "room-closed") {
      this.#end("closed");
    } else if (REFUSALS.has(code)) {
      this.refusal.value = words;
      this.#end("refused");
    } else {
      if (answers === "join") this.#rejoining = setTimeout(() => this.#join(), REJOIN_MS);
      if (code === "offer-invalid" || code === "offer-no-audio") this.#uplink.drop();
      this.problem.value = words;
    }
  }

  #down(fatal: boolean): void {
    if (fatal) return;
    this.#uplink.interrupt();
    this.stats.value = undefined;
    if (this.phase.peek() === "ready") this.phase.value = "reconnecting";
  }

  #end(phase: "replaced" | "closed" | "refused"): void {
    this.#uplink.drop();
    this.#signal?.close();
    this.phase.value = phase;
    if (phase === "closed") forgetWall(this.#own.code);
  }
}
