/** One packet of a broadcast as every listener gets it, but for header and keys. */
export interface BroadcastPacket {
  /** See {@link Numbering}; each listener's own sequence number is a fixed distance from it. */
  index: number;
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/** The last packets of a broadcast, to answer NACKs from. */
export class PacketRing {
  readonly #packets: (BroadcastPacket | undefined)[];

  /** @param size packets kept */
  constructor(size: number) {
    this.#packets = new Array<BroadcastPacket | undefined>(size).fill(undefined);
  }

  put(packet: BroadcastPacket): void {
    this.#packets[packet.index % this.#packets.length] = packet;
  }

  /** The packet with this index, or undefined if it never came or is too long ago. */
  get(index: number): BroadcastPacket | undefined {
    const packet = this.#packets[index % this.#packets.length];
    return packet?.index === index ? packet : undefined;
  }
}
