/** One packet of a publisher, on its way to the threads, or machines, where its listeners are. */
export interface RelayedPacket {
  /** Which publisher of the broadcast; a later one replaces those of smaller numbers. */
  publisher: number;
  /** The publisher's stream: another SSRC is another stream. */
  ssrc: number;
  /**
   * Sequence number in that stream, with rollovers counted. Whoever receives it numbers it anew for
   * listeners.
   */
  index: number;
  /** As every listener gets it. */
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/**
 * How a broadcast reaches the threads, or machines, where its listeners are. Packets may be lost on the
 * way; those that come, come in the order in which they were published.
 */
export interface Relay {
  /** Hands a packet to all others that subscribed to the broadcast; not to this one. */
  publish(broadcast: string, packet: RelayedPacket): void;
  /** Gets the packets that others publish. Returns how to end it. */
  subscribe(broadcast: string, receive: (packet: RelayedPacket) => void): () => void;
}
