import type { ErrorCode } from "#protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { Peer, type PeerState } from "../../shared/peer.ts";
import type { PictureImage } from "../../wall/look/picture.ts";
import type { Pace } from "../pace/pace.ts";
import type { Pictures } from "../picture/pictures.ts";
import { addPictureReceivers, type PictureReceivers } from "../picture/receivers.ts";
import type { Stage } from "../stage/stage.ts";
import { backoff } from "./backoff.ts";
import { isThroughRelay } from "./route.ts";

export interface DownlinkOptions {
  readonly iceServers: readonly RTCIceServer[];
  /** Whether the receiver's encoded frames are read. */
  readonly showsFrames: boolean;
  /** @returns false while the server cannot be reached */
  send(message: ClientMessage): boolean;
  /** Called for every receiver, before anything comes through it. */
  onReceiver(receiver: RTCRtpReceiver): void;
  onTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  onState(state: PeerState): void;
}

/** How long to wait before the script for pictures is loaded again, ms. */
const LOAD_AGAIN_MS = 2_000;

/** A screen's media leg: asks for sound and picture of the wall, again whenever the connection is lost. */
export class Downlink {
  readonly #options: DownlinkOptions;
  #peer: Peer | undefined;
  #offer: Promise<string> | undefined;
  #offered = false;
  /** The peer has the server's answer. */
  #answered = false;
  /** Offers whose answers are still to come; only the last one's is of use. */
  #awaited = 0;
  #iceServers: readonly RTCIceServer[];
  #failures = 0;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #receivers: PictureReceivers | undefined;
  /** Loaded when a look asks for the picture. */
  #pictures: Pictures | undefined;
  #loading: Promise<void> | undefined;
  /** Loaded when the host gives this screen the stage. */
  #stage: Promise<Stage> | undefined;

  constructor(options: DownlinkOptions) {
    this.#options = options;
    this.#iceServers = options.iceServers;
    // With a connection open, browsers do not keep a page that is left.
    addEventListener("pagehide", () => this.discard());
  }

  /** The server is reached anew, and knows of no offer. */
  begin(): void {
    this.#awaited = 0;
    if (this.#offered) this.discard();
  }

  /** The server is lost, and ends the stage of this screen. */
  endStage(): void {
    void this.#stage?.then((stage) => stage.end());
  }

  /** The next offer is made with these. */
  set iceServers(iceServers: readonly RTCIceServer[]) {
    this.#iceServers = iceServers;
    if (!this.#answered) this.discard();
  }

  /** Ends the connection; {@link ask} makes another. */
  discard(): void {
    clearTimeout(this.#renewing);
    this.#renewing = undefined;
    this.#peer?.close();
    this.#peer = undefined;
    this.#offered = this.#answered = false;
    this.#setReceivers(undefined);
  }

  /**
   * The host's picture to paint now; undefined while there is none, or while its script is loaded.
   * @param now ms of `performance.now()`
   * @param wall the wall clock as this screen keeps it, ms
   */
  picture(pace: Pace, now: number, wall: number): PictureImage | undefined {
    this.#loading ??= this.#loadPictures(pace);
    return this.#pictures?.at(now, wall);
  }

  /** Offers to receive, if that has not been done. A browser without WebRTC cannot. */
  async ask(): Promise<void> {
    if (this.#offered || !("RTCPeerConnection" in window)) return;
    this.#offered = true;
    if (!this.#peer) this.#create();
    const peer = this.#peer;
    const sdp = (await this.#offer)!;
    if (peer !== this.#peer) return;
    this.#offered = this.#options.send({ type: "offer", sdp });
    if (!this.#offered) return;
    this.#awaited += 1;
    this.#options.onState("connecting");
  }

  #create(): void {
    this.#peer = new Peer({
      iceServers: this.#iceServers,
      showsFrames: this.#options.showsFrames,
      onCreated: (end) => this.#options.onReceiver(end as RTCRtpReceiver),
      onTrack: (track, receiver) => {
        if (track.kind === "audio") this.#options.onTrack(track, receiver);
      },
      onState: (state) => {
        this.#options.onState(state);
        if (state === "connected") this.#failures = 0;
        if (state === "failed") this.renew();
      },
    });
    const areTapped = this.#options.showsFrames && !("RTCRtpScriptTransform" in window);
    this.#setReceivers(addPictureReceivers(this.#peer.pc, areTapped));
    this.#offer = this.#peer.offer();
  }

  #setReceivers(receivers: PictureReceivers | undefined): void {
    this.#receivers = receivers;
    if (this.#pictures) this.#pictures.receivers = receivers;
  }

  async #loadPictures(pace: Pace): Promise<void> {
    try {
      const { Pictures } = await import("../picture/pictures.ts");
      this.#pictures = new Pictures(pace);
      this.#pictures.receivers = this.#receivers;
    } catch {
      // Without network.
      setTimeout(() => {
        this.#loading = undefined;
      }, LOAD_AGAIN_MS);
    }
  }

  /** @returns whether the message was about the media of this page, and needs nothing else */
  receive(message: ServerMessage): boolean {
    if (message.type === "stage" || ("stage" in message && message.stage)) void this.#toStage(message);
    else if (message.type === "answer") this.#accept(message.sdp);
    else if (message.type === "media-closed") this.renew();
    else return false;
    return true;
  }

  /** Passes on what concerns the stage: to most screens it is never given. */
  async #toStage(message: ServerMessage): Promise<void> {
    const { send } = this.#options;
    this.#stage ??= import("../stage/stage.ts").then(
      ({ Stage }) => new Stage({ send, iceServers: () => this.#iceServers }),
    );
    const stage = await this.#stage.catch(() => undefined);
    // Without network. The host can give it again.
    if (!stage) this.#stage = undefined;
    stage?.receive(message);
  }

  /** The server answers an offer. */
  #accept(sdp: string): void {
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    this.#answered = true;
    this.#peer?.accept(sdp).catch(() => this.renew());
  }

  /** The server refuses an offer. While it is full, it may take one a little later. */
  refused(code: ErrorCode): void {
    this.#awaited -= 1;
    if (code === "server-full") this.renew();
  }

  /**
   * An offer came before the screen was in the room: it stays good, and is made again when that is asked for.
   */
  postpone(): void {
    this.#offered = false;
  }

  /** Replaces a peer that is lost, after a pause that grows while nothing gets better. */
  renew(): void {
    this.#renewing ??= setTimeout(
      () => {
        this.discard();
        void this.ask();
      },
      backoff(this.#failures++),
    );
  }

  /** Whether the media come through a TURN server; undefined while they do not come over UDP. */
  async isRelayed(): Promise<boolean | undefined> {
    const pc = this.#peer?.pc;
    return pc?.connectionState === "connected" ? isThroughRelay(await pc.getStats()) : undefined;
  }

  close(): void {
    this.discard();
    this.#options.onState("closed");
  }
}
