import type { BroadcastPacket } from "./bank.ts";

/** The latest packets of a broadcast, kept to be sent again. */
export class PacketRing {
  readonly #packets: (BroadcastPacket | undefined)[];

  /** @param size packets kept */
  constructor(size: number) {
    this.#packets = new Array<BroadcastPacket | undefined>(size).fill(undefined);
  }

  put(packet: BroadcastPacket): void {
    this.#packets[packet.index % this.#packets.length] = packet;
  }

  /** The packet with this index; undefined if it never came or was overwritten. */
  get(index: number): BroadcastPacket | undefined {
    const packet = this.#packets[index % this.#packets.length];
    return packet?.index === index ? packet : undefined;
  }

  /** Forgets all packets. */
  clear(): void {
    this.#packets.fill(undefined);
  }
}
