import { signal } from "@preact/signals";
import { Peer, type PeerState } from "../../shared/peer.ts";

/** Samples a second of what is played and sent, as Opus has them (RFC 7587 §4.1). */
export const SAMPLE_RATE = 48_000;

/** Whether sound goes out: `off`, `connecting` (it is to), `live`. */
export type UplinkState = "off" | "connecting" | "live";

/** Waits between two attempts to go live when the media connection is lost, ms. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

export interface UplinkOptions {
  /** Whether an offer would be heard. */
  canOffer(): boolean;
  sendOffer(sdp: string): void;
  /** What is wrong, in words; "" when it no longer is. */
  onProblem(words: string): void;
  /** Called with every sender before it sends. */
  onSender(sender: RTCRtpSender): void;
}

/** The host's media leg: offers its sound, and offers it again whenever the connection is lost. */
export class Uplink {
  readonly onAir = signal<UplinkState>("off");
  iceServers: readonly RTCIceServer[] = [];
  readonly #options: UplinkOptions;
  /** The sound that is to go out; none while the host has not gone live. */
  #track: MediaStreamTrack | undefined;
  #peer: Peer | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** Sends this sound, and goes on doing so until {@link drop}. */
  begin(track: MediaStreamTrack): void {
    this.#track = track;
    this.#failures = 0;
    void this.offer();
  }

  /** Ends it. */
  drop(): void {
    this.#track = undefined;
    this.#hangUp();
    this.onAir.value = "off";
  }

  /** The server cannot be reached; {@link offer} goes on from here. */
  interrupt(): void {
    this.#hangUp();
    if (this.#track) this.onAir.value = "connecting";
  }

  /** Offers the sound, if there is one, in place of an earlier connection. */
  async offer(): Promise<void> {
    const track = this.#track;
    if (!track) return;
    this.interrupt();
    if (!this.#options.canOffer()) return;
    const peer = new Peer({
      iceServers: this.iceServers,
      publish: track,
      onMade: (end) => this.#options.onSender(end as RTCRtpSender),
      onState: (state) => this.#peerIs(state),
    });
    this.#peer = peer;
    const sdp = await peer.offer();
    if (peer === this.#peer) this.#options.sendOffer(sdp);
  }

  /** The server answers the offer. */
  accept(sdp: string): void {
    this.#peer?.accept(sdp).catch(() => this.lost());
  }

  /** Sends packets of this many ms from now on. */
  setPacketTime(milliseconds: number): void {
    if (this.#peer) setPacketTime(this.#peer, milliseconds).catch(() => this.lost());
  }

  /** The media connection is gone or never came: tries again, later each time. */
  lost(): void {
    if (!this.#track) return;
    this.interrupt();
    if (this.#failures > 0) {
      this.#options.onProblem(
        "The sound does not reach the server. Its UDP port may be blocked on the way. This page keeps trying.",
      );
    }
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.offer(), wait);
  }

  #peerIs(state: PeerState): void {
    if (state === "connected") {
      this.#failures = 0;
      this.onAir.value = "live";
      this.#options.onProblem("");
    } else if (state !== "connecting") {
      this.lost();
    }
  }

  #hangUp(): void {
    clearTimeout(this.#retry);
    this.#peer?.close();
    this.#peer = undefined;
  }
}

/**
 * Sends packets of this many ms from now on, as if the server's answer had said so: the connection
 * stays, and the encoder takes the new time at its next packet.
 */
async function setPacketTime({ pc }: Peer, milliseconds: number): Promise<void> {
  const answer = pc.remoteDescription?.sdp;
  if (!answer || pc.signalingState !== "stable") return;
  await pc.setLocalDescription();
  await pc.setRemoteDescription({
    type: "answer",
    sdp: answer.replace(/^a=ptime:\d+/m, `a=ptime:${milliseconds}`),
  });
}
