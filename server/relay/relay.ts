/** One packet of a broadcast as every listener gets it, but for header and keys. */
export interface BroadcastPacket {
  /** Sequence number with rollovers counted since the broadcast began. */
  index: number;
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
  publish(broadcast: string, packet: BroadcastPacket): void;
  /** Gets the packets that others publish. Returns how to end it. */
  subscribe(broadcast: string, receive: (packet: BroadcastPacket) => void): () => void;
}
