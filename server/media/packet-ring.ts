import type { BroadcastPacket } from "../relay/relay.ts";

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
