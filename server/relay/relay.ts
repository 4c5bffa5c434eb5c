/** One packet of a publisher on its way to the other threads or machines that have listeners. */
export interface RelayedPacket {
  /** The publisher's number; a publisher with a greater number has replaced those with smaller ones. */
  publisher: number;
  /** The publisher's stream; another SSRC is another stream. */
  ssrc: number;
  /**
   * Sequence number in that stream, with rollovers counted. Each receiver numbers packets anew for its
   * listeners.
   */
  index: number;
  /** RTP time as listeners receive it. */
  timestamp: number;
  marker: boolean;
  /** Codec of a packet of a picture; undefined for one of a song. */
  codec?: "VP8" | "H264" | undefined;
  payload: Buffer;
}

/**
 * Carries a broadcast to the other threads or machines that have listeners. Packets may be lost on the way.
 * Those that arrive keep the order in which they were published.
 */
export interface Relay {
  /** Sends a packet to all other subscribers of the broadcast, not to this one. */
  publish(broadcast: string, packet: RelayedPacket): void;
  /** Receives the packets that others publish. Returns a function that ends the subscription. */
  subscribe(broadcast: string, receive: (packet: RelayedPacket) => void): () => void;
}
