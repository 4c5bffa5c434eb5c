import { isRtp, type UdpRelay } from "../../support/udp-relay.ts";

/** How the packets of the song have passed a link that loses datagrams. */
export interface PacketCount {
  /** Packets that the server sent, each once. */
  sent: number;
  /** Packets of these that were lost when they were sent first. */
  lostAtFirst: number;
  /** Packets of these that came by a retransmission over UDP. */
  retransmitted: number;
}

/** Loses datagrams at random in both directions, and counts the packets of the song. */
export class LossyPackets {
  /** By sequence number, which does not wrap within some 20 minutes: how many copies were sent before. */
  readonly #copies = new Map<number, number>();
  readonly #counts: PacketCount = { sent: 0, lostAtFirst: 0, retransmitted: 0 };
  readonly #arrived = new Set<number>();

  /**
   * @param share of all datagrams that is lost, 0..1
   * @param random 0..1
   */
  constructor(relay: UdpRelay, share: number, random: () => number) {
    relay.intercept = (direction, datagram) => {
      const isLost = random() < share;
      if (direction === "to-peer" && isRtp(datagram)) this.#count(datagram.readUInt16BE(2), isLost);
      return isLost ? [] : [datagram];
    };
  }

  /** What was counted since the last call. */
  take(): PacketCount {
    const counts = { ...this.#counts };
    Object.assign(this.#counts, { sent: 0, lostAtFirst: 0, retransmitted: 0 });
    return counts;
  }

  #count(sequence: number, isLost: boolean): void {
    const before = this.#copies.get(sequence) ?? 0;
    this.#copies.set(sequence, before + 1);
    if (before === 0) this.#counts.sent += 1;
    if (isLost) {
      if (before === 0) this.#counts.lostAtFirst += 1;
    } else if (!this.#arrived.has(sequence)) {
      this.#arrived.add(sequence);
      if (before > 0) this.#counts.retransmitted += 1;
    }
  }
}
