import { signal } from "@preact/signals";
import { Peer, type PeerState } from "../../shared/peer.ts";
import { messages } from "../../words/en/messages.ts";
import { PictureUplink, withStartRate } from "./picture-uplink.ts";

/** Sample rate of the audio graph: the clock rate of Opus in RTP (RFC 7587 §4.1). */
export const SAMPLE_RATE_HZ = 48_000;

/** Whether the song is broadcast: `off`, `connecting` (it will be once the connection is up), `live`. */
export type UplinkState = "off" | "connecting" | "live";

/** The wait before another offer after the media connection is lost; every further wait is twice as long. */
const FIRST_RETRY_MS = 500;
/** The longest wait before another offer. */
const LONGEST_RETRY_MS = 8_000;
/**
 * How long a connection may take before the host is told why there is none. On a network that works it takes
 * less than a second; one that loses packets repeats its checks within seconds (RFC 8445 §14.3).
 */
const PATIENCE_MS = 5_000;

export interface UplinkOptions {
  /** Whether the server would accept an offer now. */
  canOffer(): boolean;
  /** @returns false if the server cannot be reached */
  sendOffer(sdp: string): boolean;
  /** Called with the text for the host when something is wrong, and with "" when it no longer is. */
  onProblem(words: string): void;
  /** Called with every sender before it sends its first packet. */
  onSender(sender: RTCRtpSender): void;
}

/** The host's media connection: offers its track, and offers it again whenever the connection is lost. */
export class Uplink {
  readonly onAir = signal<UplinkState>("off");
  readonly pictures = new PictureUplink();
  iceServers: readonly RTCIceServer[] = [];
  readonly #options: UplinkOptions;
  /** The track to broadcast; none while the host is not live. */
  #track: MediaStreamTrack | undefined;
  #peer: Peer | undefined;
  /**
   * Offers whose replies have not arrived. The server replies to each offer, in the order of the offers, so a
   * reply belongs to the present peer only if it is the last one outstanding.
   */
  #unanswered = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** The track that is broadcast, or will be once the connection is up. */
  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /**
   * Broadcasts this track until {@link stop}; on the same connection, if one is there. A browser without
   * WebRTC cannot, and the host is told so.
   */
  start(track: MediaStreamTrack): void {
    if (!("RTCPeerConnection" in globalThis)) {
      this.#options.onProblem(messages().cannotSend);
      return;
    }
    const former = this.#track;
    this.#track = track;
    const peer = this.#peer;
    if (former && peer) {
      void this.#attempt(peer, async () => peer.pc.getSenders()[0]?.replaceTrack(track));
      return;
    }
    this.#failures = 0;
    void this.offer();
  }

  /** Ends the broadcast. */
  stop(): void {
    this.#track = undefined;
    this.#disconnect();
    this.onAir.value = "off";
  }

  /** The signalling connection is lost, and all replies with it; {@link offer} continues from here. */
  suspend(): void {
    this.#unanswered = 0;
    this.#disconnect();
  }

  /** Offers the track, if there is one, in place of an earlier connection. */
  async offer(): Promise<void> {
    const track = this.#track;
    if (!track) return;
    this.#disconnect();
    if (!this.#options.canOffer()) return;
    const peer = new Peer({
      iceServers: this.iceServers,
      publish: track,
      publishPictures: this.pictures.sections,
      onCreated: (end) => this.#options.onSender(end as RTCRtpSender),
      onState: (state) => this.#handleState(state),
    });
    this.#peer = peer;
    this.pictures.begin(peer.pictures);
    this.#patience = setTimeout(() => this.#sayWhy(), PATIENCE_MS);
    peer.pc.onicegatheringstatechange = () => {
      if (peer === this.#peer && findsNoUdp(peer.pc)) this.#sayWhy();
    };
    await this.#attempt(peer, async () => {
      const sdp = await peer.offer();
      if (peer === this.#peer && this.#options.sendOffer(sdp)) this.#unanswered += 1;
    });
  }

  /** The server has answered an offer. */
  accept(sdp: string): void {
    this.#unanswered -= 1;
    const peer = this.#peer;
    if (!peer || this.#unanswered > 0) return;
    void this.#attempt(peer, async () => {
      await peer.accept(withStartRate(sdp));
      if (peer === this.#peer) this.pictures.handleAnswer();
    });
  }

  /** The server has refused an offer. */
  refused(): void {
    this.#unanswered -= 1;
    if (this.#unanswered === 0) this.#lost();
  }

  /** The server has closed the media connection. */
  mediaClosed(): void {
    // The server sends the answer of a peer before it closes it. Without the answer, this is an earlier peer.
    if (this.#unanswered === 0) this.#lost();
  }

  /** Sends packets of this length from now on. */
  setPacketTime(packetTimeMs: number): void {
    const peer = this.#peer;
    if (peer) void this.#attempt(peer, () => setPacketTime(peer, packetTimeMs));
  }

  /**
   * Runs an action on a peer. If it fails, the connection is lost, unless the peer was replaced meanwhile.
   */
  async #attempt(peer: Peer, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch {
      if (peer === this.#peer) this.#lost();
    }
  }

  #handleState(state: PeerState): void {
    if (state === "connected") {
      this.#failures = 0;
      clearTimeout(this.#patience);
      this.onAir.value = "live";
      this.#options.onProblem("");
    } else if (state !== "connecting") {
      this.#lost();
    }
  }

  /** Offers again after a wait that doubles with every failure. */
  #lost(): void {
    if (!this.#track) return;
    if (this.#failures > 0) this.#sayWhy();
    this.#disconnect();
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.offer(), waitMs);
  }

  /** Says why the sound does not reach the server. */
  #sayWhy(): void {
    const { udpForbidden, soundUnreachable } = messages();
    this.#options.onProblem(this.#peer && findsNoUdp(this.#peer.pc) ? udpForbidden : soundUnreachable);
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#patience);
    this.#peer?.close();
    this.#peer = undefined;
    if (this.#track) this.onAir.value = "connecting";
  }
}

/**
 * Whether this browser has looked for all its addresses and found none for UDP (candidates: RFC 8839 §5.1): a
 * policy or an extension forbids it. The address that a TURN server gives over TCP counts as one of UDP.
 */
function findsNoUdp({ iceGatheringState, localDescription }: RTCPeerConnection): boolean {
  return iceGatheringState === "complete" && !/^a=candidate:\S+ 1 udp /im.test(localDescription?.sdp ?? "");
}

/**
 * Sends packets of this length from now on, as if the server's answer had asked for it: the connection stays,
 * and the encoder takes the new length at its next packet.
 */
async function setPacketTime({ pc }: Peer, packetTimeMs: number): Promise<void> {
  const answer = pc.remoteDescription?.sdp;
  if (!answer || pc.signalingState !== "stable") return;
  await pc.setLocalDescription();
  await pc.setRemoteDescription({
    type: "answer",
    sdp: answer.replace(/^a=ptime:\d+/m, `a=ptime:${packetTimeMs}`),
  });
}
