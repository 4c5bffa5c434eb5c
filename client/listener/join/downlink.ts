import { Peer, type PeerState } from "../../shared/peer.ts";
import { backoff } from "./backoff.ts";

export interface DownlinkOptions {
  /** False while the server cannot be reached. */
  sendOffer(sdp: string): boolean;
  /** Called for every receiver, before anything comes through it. */
  onReceiver(receiver: RTCRtpReceiver): void;
  onTrack(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  onState(state: PeerState): void;
}

/** A screen's media leg: asks for the wall's sound, and asks again whenever the connection is lost. */
export class Downlink {
  readonly #options: DownlinkOptions;
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
  #failures = 0;
  #renewing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DownlinkOptions) {
    this.#options = options;
    this.prepare();
  }

  /** The sound is wanted, now and after every interruption. */
  want(): void {
    this.#wanted = true;
    void this.ask();
  }

  /** The server is reached anew, and knows of no offer. */
  begin(): void {
    this.#awaited = 0;
    if (this.#offered) this.prepare();
    // Not waiting for the answer to the join saves a round trip; refused with it, the offer stays good.
    // But where TURN may be needed, its credentials come with that answer.
    if (this.#iceServers.length === 0) void this.ask();
  }

  /** The next offer is made with these. */
  set iceServers(iceServers: readonly RTCIceServer[]) {
    this.#iceServers = iceServers;
    if (!this.#answered) this.prepare();
  }

  /** Makes a connection that has not been asked for yet, in place of an earlier one. */
  prepare(): void {
    clearTimeout(this.#renewing);
    this.#renewing = undefined;
    this.#peer?.close();
    this.#offered = this.#answered = false;
    this.#peer = new Peer({
      iceServers: this.#iceServers,
      onCreated: (end) => this.#options.onReceiver(end as RTCRtpReceiver),
      onTrack: (track, receiver) => this.#options.onTrack(track, receiver),
      onState: (state) => {
        this.#options.onState(state);
        if (state === "connected") this.#failures = 0;
        if (state === "failed") this.renew();
      },
    });
    this.#offer = this.#peer.offer();
  }

  /** Offers to receive, if that is wanted and has not been done. */
  async ask(): Promise<void> {
    if (!this.#wanted || this.#offered) return;
    this.#offered = true;
    const peer = this.#peer;
    const sdp = await this.#offer;
    if (peer !== this.#peer) return;
    this.#offered = this.#options.sendOffer(sdp);
    if (!this.#offered) return;
    this.#awaited += 1;
    this.#options.onState("connecting");
  }

  /** The server answers an offer. */
  accept(sdp: string): void {
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    this.#answered = true;
    this.#peer.accept(sdp).catch(() => this.renew());
  }

  /** The server refuses an offer. */
  refused(): void {
    this.#awaited -= 1;
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
        this.prepare();
        void this.ask();
      },
      backoff(this.#failures++),
    );
  }

  close(): void {
    clearTimeout(this.#renewing);
    this.#peer.close();
    this.#options.onState("closed");
  }
}
