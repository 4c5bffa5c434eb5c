/** A page's RTCPeerConnection without a network, with those states of W3C WebRTC §4.4 that pages rely on. */
export class FakePeerConnection {
  /** Every connection that pages have made since the test began, the latest last. */
  static all: FakePeerConnection[] = [];

  /** What the browser waits for while it makes an offer, and while it sets one. */
  static waits: Record<"createOffer" | "setLocalDescription", Promise<void> | undefined> = {
    createOffer: undefined,
    setLocalDescription: undefined,
  };

  static get last(): FakePeerConnection {
    return FakePeerConnection.all.at(-1)!;
  }

  connectionState: RTCPeerConnectionState = "new";
  signalingState: RTCSignalingState = "stable";
  iceGatheringState: RTCIceGatheringState = "new";
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly offer: string;
  readonly configuration: RTCConfiguration;

  constructor(configuration: RTCConfiguration) {
    this.configuration = configuration;
    FakePeerConnection.all.push(this);
    this.offer = `offer ${FakePeerConnection.all.length}`;
  }

  addTransceiver() {
    return { sender: {}, receiver: {} };
  }

  async createOffer() {
    await FakePeerConnection.waits.createOffer;
    return { type: "offer", sdp: this.offer };
  }

  async setLocalDescription(): Promise<void> {
    this.#mustBeOpen();
    await FakePeerConnection.waits.setLocalDescription;
    if (this.connectionState !== "closed") this.signalingState = "have-local-offer";
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.#mustBeOpen();
    if (this.signalingState !== "have-local-offer" || sdp === "unusable") throw invalidState();
    this.signalingState = "stable";
    this.remoteDescription = { sdp };
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
  }

  /** The browser has found all its candidates. @param lines their lines of the SDP */
  gather(lines: string): void {
    this.iceGatheringState = "complete";
    this.localDescription = { sdp: `v=0\r\n${lines}\r\n` };
    this.onicegatheringstatechange?.();
  }

  /** The browser reports another state of the connection. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  #mustBeOpen(): void {
    if (this.signalingState === "closed") throw invalidState();
  }
}

function invalidState(): DOMException {
  return new DOMException("The connection's state does not allow it.", "InvalidStateError");
}
