import { signal } from "@preact/signals";
import type { ErrorCode } from "../../server/protocol/errors.ts";
import type { RoomStats, ServerMessage } from "../../server/protocol/messages.ts";
import type { Timing } from "../../server/protocol/timing.ts";
import { type Arranged, FIRST_SHOW, type ScreenSeen, type Show } from "../../server/protocol/wall.ts";
import type { WallClock } from "../shared/clock.ts";
import { Peer, type PeerState } from "../shared/peer.ts";
import { Signal } from "../shared/signal.ts";
import { forgetWall, keepWall, type OwnWall } from "../shared/walls.ts";

/**
 * Where the console stands with its wall: `connecting` (for the first time), `ready` (host of it),
 * `reconnecting`, `replaced` (another page hosts it now), `closed` (over), `refused` (see `refusal`).
 */
export type Phase = "connecting" | "ready" | "reconnecting" | "replaced" | "closed" | "refused";

/** Whether sound goes out: `off`, `connecting` (it is to), `live`. */
export type OnAir = "off" | "connecting" | "live";

/** Waits between two attempts to go live when the media connection is lost, ms. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

/** Longest title the protocol takes. */
const TITLE_MAX = 200;

/** Errors after which this page cannot host this wall. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "key-wrong",
  "code-unknown",
  "rooms-full",
  "version-unsupported",
]);

/** The host's side of a wall: joins with its key again and again, and keeps the broadcast up while it is wanted. */
export class Broadcast {
  readonly phase = signal<Phase>("connecting");
  readonly onAir = signal<OnAir>("off");
  readonly stats = signal<RoomStats | undefined>();
  /** The wall's time and delay, as last heard of. */
  readonly timing = signal<Timing | undefined>();
  /** Called with every sender before it sends. */
  onSender: (sender: RTCRtpSender) => void = () => {};
  /** What all screens do, as the server last said. */
  readonly show = signal<Show>(FIRST_SHOW);
  /** All screens of the wall by id, also those that are away. */
  readonly screens = signal<ReadonlyMap<string, ScreenSeen>>(new Map());
  /** Why the wall cannot be hosted from here, in words. */
  readonly refusal = signal("");
  /** What is wrong with the broadcast, in words; "" while nothing is. */
  readonly problem = signal("");

  /** What listeners must show to come in; "" for nothing. */
  readonly password = signal("");

  #wall: OwnWall;
  #signal: Signal | undefined;
  /** The sound that is to go out; none while the host has not gone live. */
  #track: MediaStreamTrack | undefined;
  #peer: Peer | undefined;
  #iceServers: readonly RTCIceServer[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #rejoining: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #playback = { playing: false, title: "" };
  #closing = false;

  constructor(wall: OwnWall) {
    this.#wall = wall;
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

  /** The wall clock. */
  get clock(): WallClock | undefined {
    return this.#signal?.clock;
  }

  /** Sets the wall delay in ms; null lets it follow what screens need. */
  setDelay(delayMs: number | null): void {
    this.#signal?.send({ type: "set-delay", delayMs });
  }

  /** Lets all screens pulse by the clock for a while. */
  flashTest(): void {
    this.#signal?.send({ type: "flash-test" });
  }

  /** Sends this sound to the wall, and goes on doing so until {@link stop}. */
  goLive(track: MediaStreamTrack): void {
    this.#track = track;
    this.#failures = 0;
    this.problem.value = "";
    void this.#offer();
  }

  /** Ends the broadcast; the wall and its listeners stay. */
  stop(): void {
    this.#drop();
    this.problem.value = "";
    this.#signal?.send({ type: "stop" });
  }

  /** Tells the wall what the song does. */
  tell(playing: boolean, title: string): void {
    this.#playback = { playing, title: title.slice(0, TITLE_MAX) };
    if (this.phase.peek() === "ready") this.#signal?.send({ type: "playback", ...this.#playback });
  }

  /** From now on listeners must show this password; with "" none. False while the server cannot be reached. */
  protect(password: string): boolean {
    if (!this.#signal?.send({ type: "protect", password })) return false;
    const { code, hostKey } = this.#wall;
    this.#wall = { code, hostKey, ...(password && { password }) };
    this.password.value = password;
    keepWall(this.#wall);
    return true;
  }

  /** Changes what all screens do. */
  setShow(change: Partial<Show>): void {
    this.#signal?.send({ type: "set-show", show: { ...this.show.peek(), ...change } });
  }

  /** Places, names or sets a screen. */
  arrange(...screens: readonly ScreenSeen[]): void {
    if (this.#signal?.send({ type: "arrange", screens: screens.map(arranged) })) this.#see(screens);
  }

  /** Frees the place of a screen that is away. */
  removeScreen(id: string): void {
    this.#signal?.send({ type: "remove-screen", id });
  }

  /** Makes a screen, or all of them, show number and name. */
  identify(id?: string): void {
    this.#signal?.send({ type: "identify", ...(id !== undefined && { id }) });
  }

  /** Closes the wall for everyone and for good. False while the server cannot be reached. */
  closeWall(): boolean {
    this.#closing = this.#signal?.send({ type: "close-room" }) ?? false;
    return this.#closing;
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    this.#signal?.send({ type: "join", ...this.#wall });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "joined":
        this.show.value = message.show;
        this.screens.value = new Map();
        this.phase.value = "ready";
        this.timing.value = message.timing;
        this.problem.value = "";
        this.tell(this.#playback.playing, this.#playback.title);
        if (this.#track) void this.#offer();
        return;
      case "room":
        if (message.room.state === "closed") this.#roomClosed();
        return;
      case "screens":
        this.#see(message.screens);
        return;
      case "screen-removed":
        this.screens.value = new Map([...this.screens.peek()].filter(([id]) => id !== message.id));
        return;
      case "show":
        this.show.value = message.show;
        return;
      case "answer":
        this.#peer?.accept(message.sdp).catch(() => this.#lost());
        return;
      case "packet-time":
        this.#peer?.setPacketTime(message.packetTimeMs).catch(() => this.#lost());
        return;
      case "ice-servers":
        this.#iceServers = message.iceServers;
        return;
      case "media-closed":
        this.#lost();
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

  #see(screens: readonly ScreenSeen[]): void {
    this.screens.value = new Map([
      ...this.screens.peek(),
      ...screens.map((screen) => [screen.id, screen] as const),
    ]);
  }

  /** Without having been asked to, a server closes rooms only as it stops: whether the wall is over, joining tells. */
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
      if (answers === "join") this.#rejoining = setTimeout(() => this.#join(), LONGEST_RETRY_MS);
      if (code === "offer-invalid" || code === "offer-no-audio") this.#drop();
      this.problem.value = words;
    }
  }

  #down(fatal: boolean): void {
    if (fatal) return;
    this.#hangUp();
    if (this.#track) this.onAir.value = "connecting";
    this.stats.value = undefined;
    if (this.phase.peek() === "ready") this.phase.value = "reconnecting";
  }

  async #offer(): Promise<void> {
    const track = this.#track;
    if (!track) return;
    this.#hangUp();
    this.onAir.value = "connecting";
    if (this.phase.peek() !== "ready") return;
    const peer = new Peer({
      iceServers: this.#iceServers,
      publish: track,
      onMade: (end) => this.onSender(end as RTCRtpSender),
      onState: (state) => this.#peerIs(state),
    });
    this.#peer = peer;
    const sdp = await peer.offer();
    if (peer === this.#peer) this.#signal?.send({ type: "offer", sdp });
  }

  #peerIs(state: PeerState): void {
    if (state === "connected") {
      this.#failures = 0;
      this.onAir.value = "live";
      this.problem.value = "";
    } else if (state !== "connecting") {
      this.#lost();
    }
  }

  /** The media connection is gone or never came: tries again, later each time. */
  #lost(): void {
    if (!this.#track) return;
    this.#hangUp();
    this.onAir.value = "connecting";
    if (this.#failures > 0) {
      this.problem.value =
        "The sound does not reach the server. Its UDP port may be blocked on the way. This page keeps trying.";
    }
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.#offer(), wait);
  }

  #end(phase: "replaced" | "closed" | "refused"): void {
    this.#drop();
    this.#signal?.close();
    this.phase.value = phase;
    if (phase === "closed") forgetWall(this.#wall.code);
  }

  #drop(): void {
    this.#track = undefined;
    this.#hangUp();
    this.onAir.value = "off";
  }

  #hangUp(): void {
    clearTimeout(this.#retry);
    this.#peer?.close();
    this.#peer = undefined;
  }
}

/** What of a screen is the host's to set. */
function arranged({ number, present, ...rest }: ScreenSeen): Arranged {
  return rest;
}
