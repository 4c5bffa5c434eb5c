export type PeerState = "connecting" | "connected" | "failed" | "closed";

export interface PeerOptions {
  /** STUN and TURN servers for a browser that cannot reach the server by itself. */
  iceServers: readonly RTCIceServer[];
  /** The host's sound. Without it the peer receives. */
  publish?: MediaStreamTrack;
  /** Called at once with what will send or receive: the only time at which its frames can be tapped. */
  onMade?(end: RTCRtpSender | RTCRtpReceiver): void;
  onTrack?(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  /** Called on changes only; never after `close`. */
  onState?(state: PeerState): void;
}

/** One media connection to the server: one offer out, one answer in, no trickle. */
export class Peer {
  readonly pc: RTCPeerConnection;
  readonly #receives: boolean;
  #state: PeerState = "connecting";

  constructor({ iceServers, publish, onMade, onTrack, onState }: PeerOptions) {
    this.pc = new RTCPeerConnection({ iceServers: [...iceServers] });
    this.#receives = publish === undefined;
    const direction = publish ? "sendonly" : "recvonly";
    const { sender, receiver } = this.pc.addTransceiver(publish ?? "audio", { direction });
    onMade?.(publish ? sender : receiver);
    this.pc.ontrack = ({ track, receiver }) => onTrack?.(track, receiver);
    this.pc.onconnectionstatechange = () => {
      const state = peerState(this.pc.connectionState) ?? this.#state;
      if (state === this.#state) return;
      this.#state = state;
      onState?.(state);
    };
  }

  /**
   * Makes the offer, sets it, and returns its SDP at once: the server is ICE-lite and learns this
   * side's addresses from the checks they arrive by, so gathering need not be waited for.
   */
  async offer(): Promise<string> {
    const { sdp = "" } = await this.pc.createOffer();
    const offer = this.#receives ? withStereo(sdp) : sdp;
    await this.pc.setLocalDescription({ type: "offer", sdp: offer });
    return offer;
  }

  /** Takes the server's answer. Rejects if it does not fit the offer. */
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

/** `disconnected` says nothing yet: it heals or becomes `failed`. */
function peerState(state: RTCPeerConnectionState): PeerState | undefined {
  if (state === "disconnected") return undefined;
  return state === "new" ? "connecting" : state;
}

/** Chrome decodes Opus to mono unless its own description says `stereo=1`. */
export function withStereo(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000/m.exec(sdp)?.[1];
  if (!opus) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${opus} (?!.*\\bstereo=1).*?)(\\r?)$`, "m"), "$1;stereo=1$2");
}
