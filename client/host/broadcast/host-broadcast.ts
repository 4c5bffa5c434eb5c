import { type ReadonlySignal, signal } from "@preact/signals";
import type { ErrorCode } from "#protocol/errors.ts";
import type { ClientMessage, RoomStats, RoomStatus, ServerMessage } from "#protocol/messages.ts";
import type { Timing } from "#protocol/timing.ts";
import type { WallClock } from "../../shared/clock.ts";
import type { WallKey } from "../../shared/own-wall.ts";
import { Signal } from "../../shared/signal.ts";
import { forgetWall } from "../../shared/walls.ts";
import { errorText } from "../../words/errors.ts";
import { HostWall } from "./host-wall.ts";
import { REJOIN_MS } from "./limits.ts";
import { OwnKey } from "./own-key.ts";
import { pageId } from "./page-id.ts";
import { type ConnectionPhase, type EndPhase, endBy } from "./phase.ts";
import { type Playback, withShortTitle } from "./playback.ts";
import { StageLink } from "./stage-link.ts";
import { Uplink } from "./uplink.ts";

/**
 * The host's connection to its wall: joins with the wall's key after every connection loss, and keeps the
 * broadcast up from {@link goLive} to {@link stop}.
 */
export class HostBroadcast {
  readonly phase = signal<ConnectionPhase>("connecting");
  readonly stats = signal<RoomStats | undefined>();
  /** The wall's media clock and wall delay, as last received. */
  readonly timing = signal<Timing | undefined>();
  /** Whether this page was live when another page became the host. */
  readonly wasLive = signal(false);
  /** Text for the host: why this page cannot host the wall. */
  readonly refusal = signal("");
  /** Text for the host: what is wrong with the broadcast; "" while nothing is. */
  readonly problem = signal("");
  /** The wall's screens, and what they show. */
  readonly wall = new HostWall((message) => this.#send(message));
  /** Where the host lets listeners speak to the wall. */
  readonly stage = new StageLink((message) => this.#send(message));
  /** The host has stopped the broadcast, or another program sends: it does not go on by itself. */
  readonly isStopped = signal(false);
  /** Whether another program sends the wall's sound. */
  readonly fromProgram = signal(false);
  /** Whether the song would play if this page became the host now. */
  wouldPlay: () => boolean = () => false;
  /** When the broadcast began without a press last, ms of `performance.now()`. */
  wentLiveByItselfAt = Number.NEGATIVE_INFINITY;
  /** Called with every sender before it sends its first packet. */
  onSender: (sender: RTCRtpSender) => void = () => {};

  readonly #uplink = new Uplink({
    canOffer: () => this.phase.peek() === "ready",
    sendOffer: (sdp) => this.#send({ type: "offer", sdp }),
    onProblem: (words) => {
      this.problem.value = words;
    },
    onSender: (sender) => this.onSender(sender),
  });
  /** Whether the song is broadcast. */
  readonly onAir = this.#uplink.onAir;
  /** The picture that is broadcast with the song. */
  readonly pictures = this.#uplink.pictures;
  readonly #page: string;
  readonly #own: OwnKey;
  #signal: Signal | undefined;
  #rejoining: ReturnType<typeof setTimeout> | undefined;
  #playback: Playback = { playing: false, title: "" };
  /** The next join takes the wall over from another page. */
  #takesOver = false;
  /** The track that was broadcast when another page became the host. */
  #interrupted: MediaStreamTrack | undefined;
  /** This page has asked the server to close the wall. */
  #closing = false;

  /** @param page the id of this page */
  constructor(key: WallKey, page: string = pageId()) {
    this.#own = new OwnKey(key);
    this.#page = page;
    document.addEventListener("visibilitychange", () => this.#handleVisible());
    this.#connect();
  }

  /**
   * Hosts the wall from this page, also if another page is its host now. What this page broadcast before it
   * broadcasts again.
   */
  hostHere(): void {
    this.#takesOver = true;
    this.phase.value = "connecting";
    this.#connect();
  }

  /** Hosts the wall from this page if no other page is its host any more. */
  retry(): void {
    if (this.phase.peek() === "elsewhere") this.#connect();
  }

  #connect(): void {
    this.#signal?.close();
    this.#signal = new Signal({
      open: () => {
        this.#uplink.suspend();
        this.stage.suspend();
        this.#join();
      },
      message: (message) => this.#receive(message),
      down: (fatal) => this.#handleDown(fatal),
    });
  }

  get code(): string {
    return this.#own.key.code;
  }

  /** The password that listeners need; "" for none. */
  get password(): ReadonlySignal<string> {
    return this.#own.password;
  }

  /** The wall clock. */
  get clock(): WallClock | undefined {
    return this.#signal?.clock;
  }

  /** Sets the wall delay in ms; with null the server sets it to what the screens need. */
  setDelay(delayMs: number | null): void {
    this.#send({ type: "set-delay", delayMs });
  }

  /** Lets all screens flash by the wall clock for a while. */
  flashTest(): void {
    this.#send({ type: "flash-test" });
  }

  /** Broadcasts this track until {@link stop}, also after a connection loss. */
  goLive(track: MediaStreamTrack): void {
    this.problem.value = "";
    this.#uplink.start(track);
    this.isStopped.value = false; // Last: from then on a song goes live by itself, unless it already does.
  }

  /** Ends the broadcast; the wall and its listeners stay. */
  stop(): void {
    this.isStopped.value = true;
    this.#uplink.stop();
    this.problem.value = "";
    this.#send({ type: "stop" });
  }

  /** Reports to the wall what is sent to it. */
  reportPlayback(playback: Playback): void {
    this.#playback = withShortTitle(playback);
    if (this.phase.peek() === "ready") this.#send({ type: "playback", ...this.#playback });
  }

  /**
   * Sets the password that listeners need from now on; "" for none.
   * @returns false if the server cannot be reached
   */
  protect(password: string): boolean {
    if (!this.#send({ type: "protect", password })) return false;
    this.#own.keepPassword(password);
    return true;
  }

  /**
   * Closes the wall for everyone and for good.
   * @returns false if the server cannot be reached
   */
  closeWall(): boolean {
    this.#closing = this.#send({ type: "close-room" });
    return this.#closing;
  }

  #send(message: ClientMessage): boolean {
    return this.#signal?.send(message) ?? false;
  }

  #join(): void {
    clearTimeout(this.#rejoining);
    this.#send({
      type: "join",
      ...this.#own.key,
      page: this.#page,
      ...(this.#takesOver && { takeOver: true }),
    });
  }

  #receive(message: ServerMessage): void {
    if (this.stage.receive(message)) return;
    this.wall.receive(message);
    switch (message.type) {
      case "joined":
        // The wall is open: a request to close it was lost with the former connection.
        this.#closing = false;
        this.#takesOver = false;
        this.wall.begin(message.show, message.rises);
        this.#takeStatus(message.room);
        this.phase.value = "ready";
        this.timing.value = message.timing;
        this.problem.value = "";
        this.reportPlayback(this.#playback);
        if (this.#interrupted) this.goLive(this.#interrupted);
        else void this.#uplink.offer();
        this.#setInterrupted(undefined);
        return;
      case "room":
        this.#takeStatus(message.room);
        return;
      case "answer":
        this.#uplink.accept(message.sdp);
        return;
      case "packet-time":
        this.#uplink.setPacketTime(message.packetTimeMs);
        return;
      case "ice-servers":
        this.#uplink.iceServers = this.stage.iceServers = message.iceServers;
        return;
      case "media-closed":
        this.#uplink.mediaClosed();
        return;
      case "timing":
        this.timing.value = message.timing;
        return;
      case "password":
        this.#own.keepPassword(message.password);
        return;
      case "stats":
        this.stats.value = message.stats;
        return;
      case "error":
        this.#handleError(message.code, errorText(message), message.answers);
    }
  }

  /**
   * Where another program sends, this page does not, until its person goes live again. A room that this page
   * did not close, an administrator or a server that stops has. Only a join shows whether it still exists.
   */
  #takeStatus({ state, fromProgram = false, stage }: RoomStatus): void {
    this.stage.setScreen(stage);
    this.fromProgram.value = fromProgram;
    if (fromProgram) {
      this.isStopped.value = true;
      this.#setInterrupted(undefined);
      this.#uplink.stop();
    }
    if (state === "closed" && this.#closing) this.#end("closed");
    else if (state === "closed") this.#join();
  }

  #handleError(code: ErrorCode, words: string, answers: string | undefined): void {
    const phase = endBy(code);
    if (phase === "refused") this.refusal.value = words;
    if (phase === "elsewhere" || phase === "replaced") {
      this.#setInterrupted(this.#interrupted ?? this.#uplink.track);
    }
    if (phase) this.#end(phase);
    else {
      if (answers === "join") this.#rejoining = setTimeout(() => this.#join(), REJOIN_MS);
      if (answers === "offer") this.#uplink.refused();
      // Another offer of this browser would be refused too.
      if (code === "offer-invalid" || code === "offer-no-audio") {
        this.isStopped.value = true;
        this.#uplink.stop();
      }
      this.problem.value = words;
    }
  }

  #handleDown(fatal: boolean): void {
    // The error message before the close code has set the phase.
    if (fatal) return;
    this.#uplink.suspend();
    this.stage.suspend();
    this.stats.value = undefined;
    if (this.phase.peek() === "elsewhere") this.#signal?.close();
    if (this.phase.peek() === "ready") this.phase.value = "reconnecting";
  }

  /**
   * A page that only waits for the other one does not ask all the time: it would become the host while that
   * is cut off for a moment. It asks when a person comes back to it, unless it would go live by that.
   */
  #handleVisible(): void {
    if (!document.hidden && !this.wasLive.peek() && !this.wouldPlay()) this.retry();
  }

  #setInterrupted(track: MediaStreamTrack | undefined): void {
    this.#interrupted = track;
    this.wasLive.value = track !== undefined;
  }

  #end(phase: EndPhase): void {
    // First: what goes live by itself does so while the page is the host.
    this.phase.value = phase;
    this.#uplink.stop();
    this.stage.suspend();
    this.#signal?.close();
    if (phase === "closed") forgetWall(this.code);
  }
}
