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
 * The media side of a browser, made of werift's `RTCPeerConnection`: real ICE, DTLS and SRTP on loopback. It
 * makes one offer and takes one answer, as the pages do.
 */
export class StandIn {
  readonly pc: RTCPeerConnection;
  readonly received: RtpPacket[] = [];
  readonly #track: MediaStreamTrack | undefined;
  #waiting: { count: number; resolve: () => void } | undefined;

  /** @param address the only local address that it uses */
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

  /** Takes the answer. Resolves when the connection is connected. */
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

  /** Resolves when this many packets have arrived. */
  async receive(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  /** Requests packets by NACK. Numbers count from the first packet that arrived, which is 0. */
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
