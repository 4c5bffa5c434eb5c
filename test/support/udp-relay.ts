import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export type Direction = "to-server" | "to-peer";

/** The effect of a network on each datagram, in each direction. */
export interface LinkQuality {
  /** Mean delay, ms. */
  delay: number;
  /** Largest difference from the mean delay, ms. */
  jitter: number;
  /** Share of datagrams lost, 0..1. */
  loss: number;
}

/**
 * Relays datagrams between one browser and the server's UDP port, on loopback. A test can make it lose,
 * delay, reorder, repeat or forge datagrams.
 */
export class UdpRelay {
  readonly port: number;
  /** Whether all datagrams are lost, in both directions. */
  cut = false;
  /** The effect on all datagrams; undefined for a perfect network. */
  quality: LinkQuality | undefined;
  /** Random numbers for loss and jitter, 0..1. */
  random: () => number = Math.random;
  /** Replaces every datagram by the datagrams that it returns. */
  intercept: (direction: Direction, datagram: Buffer) => readonly Buffer[] = (_, datagram) => [datagram];
  readonly #near: Socket;
  #far: Socket;
  readonly #serverPort: number;
  #peer: { address: string; port: number } | undefined;
  readonly #passed: Record<Direction, Buffer[]> = { "to-server": [], "to-peer": [] };
  readonly #dropping: Record<Direction, Set<number>> = { "to-server": new Set(), "to-peer": new Set() };
  readonly #dropped: Record<Direction, number> = { "to-server": 0, "to-peer": 0 };
  #closed = false;
  readonly #mediaCount: Record<Direction, number> = { "to-server": 0, "to-peer": 0 };

  private constructor(near: Socket, far: Socket, serverPort: number) {
    this.#near = near;
    this.#far = far;
    this.#serverPort = serverPort;
    this.port = near.address().port;
    near.on("message", (datagram, from) => {
      this.#peer = from;
      this.#pass("to-server", datagram);
    });
    far.on("message", (datagram) => this.#pass("to-peer", datagram));
  }

  /** Changes the address that the server sees, as a NAT does when it forgets a mapping. */
  async move(): Promise<void> {
    const former = this.#far;
    this.#far = createSocket("udp4");
    this.#far.bind(0, "127.0.0.1");
    await once(this.#far, "listening");
    this.#far.on("message", (datagram) => this.#pass("to-peer", datagram));
    former.close();
  }

  /** @param address the local address that the browser sends to */
  static async open(serverPort: number, address = "127.0.0.1"): Promise<UdpRelay> {
    const [near, far] = [createSocket("udp4"), createSocket("udp4")];
    near.bind(0, address);
    far.bind(0, "127.0.0.1");
    await Promise.all([once(near, "listening"), once(far, "listening")]);
    return new UdpRelay(near, far, serverPort);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#near.close();
    this.#far.close();
  }

  /** All datagrams that have passed, in order. */
  passed(direction: Direction): readonly Buffer[] {
    return this.#passed[direction];
  }

  /** Drops the RTP packets with these numbers, counted from 0 from now on. */
  dropMedia(direction: Direction, numbers: number[]): void {
    this.#mediaCount[direction] = 0;
    this.#dropping[direction] = new Set(numbers);
    this.#dropped[direction] = 0;
  }

  /** How many of the packets for {@link dropMedia} have been dropped. */
  dropped(direction: Direction): number {
    return this.#dropped[direction];
  }

  /** Sends all media datagrams that have passed again. */
  replayAll(direction: Direction): void {
    for (const datagram of this.#passed[direction].filter(isMedia)) this.inject(direction, datagram);
  }

  /** Sends the last RTP packet again, with the next sequence number and one bit of its payload flipped. */
  forgeLast(direction: Direction): void {
    const forged = Buffer.from(this.#passed[direction].filter(isRtp).at(-1)!);
    forged.writeUInt16BE((forged.readUInt16BE(2) + 1) & 0xffff, 2);
    forged[20]! ^= 1;
    this.inject(direction, forged);
  }

  /** Sends a datagram as if it came from the other side. */
  inject(direction: Direction, datagram: Buffer): void {
    if (direction === "to-server") this.#far.send(datagram, this.#serverPort, "127.0.0.1");
    else if (this.#peer) this.#near.send(datagram, this.#peer.port, this.#peer.address);
  }

  #pass(direction: Direction, datagram: Buffer): void {
    if (this.cut) return;
    for (const passing of this.intercept(direction, datagram)) {
      if (isRtp(passing) && this.#dropping[direction].delete(this.#mediaCount[direction]++)) {
        this.#dropped[direction]++;
        continue;
      }
      this.#passed[direction].push(passing);
      this.#carry(direction, passing);
    }
  }

  #carry(direction: Direction, datagram: Buffer): void {
    if (!this.quality) {
      this.inject(direction, datagram);
      return;
    }
    const { delay, jitter, loss } = this.quality;
    if (this.random() < loss) return;
    setTimeout(
      () => {
        // The relay may have been closed during the delay.
        if (!this.#closed) this.inject(direction, datagram);
      },
      Math.max(0, delay + jitter * (2 * this.random() - 1)),
    );
  }
}

function isMedia(datagram: Buffer): boolean {
  return datagram[0]! >= 128 && datagram[0]! <= 191;
}

/** Whether a datagram is a packet of the song, not a report (RFC 5761 §4). */
export function isRtp(datagram: Buffer): boolean {
  return isMedia(datagram) && (datagram[1]! < 192 || datagram[1]! > 223);
}
