import {
  GenericNack,
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtcpTransportLayerFeedback,
  RtpHeader,
  RtpPacket,
} from "werift";

/**
 * A browser's media side made of werift's own `RTCPeerConnection`: real ICE, DTLS and SRTP on loopback.
 * One offer out, one answer in, as the pages do it.
 */
export class StandIn {
  readonly pc: RTCPeerConnection;
  readonly received: RtpPacket[] = [];
  readonly #track: MediaStreamTrack | undefined;
  #waiting: { count: number; resolve: () => void } | undefined;

  /** @param address the one local address it uses */
  constructor(purpose: "publish" | "subscribe", address = "127.0.0.1") {
    this.pc = new RTCPeerConnection({
      iceServers: [],
      codecs: { audio: [opus()] },
      iceUseIpv4: !address.includes(":"),
      iceUseIpv6: address.includes(":"),
      iceAdditionalHostAddresses: [address],
    });
    if (purpose === "publish") {
      this.#track = new MediaStreamTrack({ kind: "audio" });
      this.pc.addTransceiver(this.#track, { direction: "sendonly" });
    } else {
      this.pc.addTransceiver("audio", { direction: "recvonly" });
      this.pc.onTrack.subscribe((track) =>
        track.onReceiveRtp.subscribe((packet) => {
          this.received.push(packet);
          if (this.#waiting && this.received.length >= this.#waiting.count) this.#waiting.resolve();
        }),
      );
    }
  }

  async offer(): Promise<string> {
    await this.pc.setLocalDescription(await this.pc.createOffer());
    return this.pc.localDescription!.sdp;
  }

  /** Takes the answer and waits until media can flow. */
  async accept(sdp: string): Promise<void> {
    const connected = this.pc.connectionStateChange.watch((state) => state === "connected", 20_000);
    await this.pc.setRemoteDescription({ type: "answer", sdp });
    await connected;
  }

  /** Sends one packet of the song; the sender sets SSRC and payload type. */
  send(sequence: number, timestamp: number, payload: Buffer): void {
    const header = new RtpHeader({ sequenceNumber: sequence, timestamp, payloadType: 96, ssrc: 1 });
    this.#track!.writeRtp(new RtpPacket(header, payload));
  }

  /** Resolves when this many packets have come in. */
  async receive(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  /**
   * Asks for packets again, as a browser does for a gap: for the n-th after the first that came, which is 0.
   */
  askFor(numbers: number[]): void {
    const { receiver } = this.pc.getTransceivers()[0]!;
    const { ssrc: mediaSourceSsrc, sequenceNumber } = this.received[0]!.header;
    const lost = numbers.map((number) => (sequenceNumber + number) & 0xffff);
    const nack = new GenericNack({ senderSsrc: 1, mediaSourceSsrc, lost });
    void receiver.dtlsTransport.sendRtcp([new RtcpTransportLayerFeedback({ feedback: nack })]);
  }

  async close(): Promise<void> {
    await this.pc.close();
  }
}

function opus(): RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({
    mimeType: "audio/opus",
    clockRate: 48_000,
    channels: 2,
    payloadType: 96,
    rtcpFeedback: [{ type: "nack" }],
  });
}
