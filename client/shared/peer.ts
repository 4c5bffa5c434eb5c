export type PeerState = "connecting" | "connected" | "failed" | "closed";

export interface PeerOptions {
  /** STUN and TURN servers, for a browser that cannot reach the server directly. */
  iceServers: readonly RTCIceServer[];
  /** Whether a receiver's encoded frames are read, for which Chromium before 141 needs to know it now. */
  showsFrames?: boolean;
  /** The track that the host sends. Without it the peer receives. */
  publish?: MediaStreamTrack;
  /** Sections for the layers of the host's picture, after that of the sound. */
  publishPictures?: readonly RTCRtpTransceiverInit[];
  /**
   * Called at once with the sender or receiver: its encoded frames can be read only if that is set up now.
   */
  onCreated?(end: RTCRtpSender | RTCRtpReceiver): void;
  onTrack?(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  /** Called when the state changes; never after `close`. */
  onState?(state: PeerState): void;
}

/** One media connection to the server: one offer, one answer, no trickle ICE. */
export class Peer {
  readonly pc: RTCPeerConnection;
  /** Those of `publishPictures`. */
  readonly pictures: readonly RTCRtpTransceiver[];
  readonly #receives: boolean;
  #state: PeerState = "connecting";

  constructor(options: PeerOptions) {
    const { iceServers, showsFrames, publish, publishPictures = [], onCreated, onTrack, onState } = options;
    const encodedInsertableStreams = showsFrames && !("RTCRtpScriptTransform" in window);
    this.pc = new RTCPeerConnection({
      iceServers: [...iceServers],
      ...(encodedInsertableStreams && { encodedInsertableStreams }),
    });
    this.#receives = publish === undefined;
    const direction = publish ? "sendonly" : "recvonly";
    const { sender, receiver } = this.pc.addTransceiver(publish ?? "audio", { direction });
    onCreated?.(publish ? sender : receiver);
    this.pictures = publishPictures.map((section) => this.pc.addTransceiver("video", section));
    this.pc.ontrack = ({ track, receiver }) => onTrack?.(track, receiver);
    this.pc.onconnectionstatechange = () => {
      const state = peerState(this.pc.connectionState) ?? this.#state;
      if (state === this.#state) return;
      this.#state = state;
      onState?.(state);
    };
  }

  /**
   * Makes the offer, sets it, and returns its SDP without waiting for ICE candidates: the server is ICE-lite
   * (RFC 8445 §2.5) and learns this page's addresses from the connectivity checks.
   */
  async offer(): Promise<string> {
    const { sdp = "" } = await this.pc.createOffer();
    const offer = this.#receives ? withStereo(sdp) : sdp;
    await this.pc.setLocalDescription({ type: "offer", sdp: offer });
    return offer;
  }

  /**
   * Sets the server's answer.
   * @throws DOMException if it does not fit the offer
   */
  async accept(answer: string): Promise<void> {
    await this.pc.setRemoteDescription({ type: "answer", sdp: answer });
  }

  close(): void {
    this.#state = "closed";
    this.pc.onconnectionstatechange = null;
    this.pc.ontrack = null;
    this.pc.close();
  }
}

/** `disconnected` is no change: the connection either recovers or becomes `failed`. */
function peerState(state: RTCPeerConnectionState): PeerState | undefined {
  if (state === "disconnected") return undefined;
  return state === "new" ? "connecting" : state;
}

/** Adds `stereo=1` to a receiver's offer (RFC 7587 §6.1): Chrome decodes Opus to mono without it. */
export function withStereo(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000/m.exec(sdp)?.[1];
  if (!opus) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${opus} (?!.*\\bstereo=1).*?)(\\r?)$`, "m"), "$1;stereo=1$2");
}
