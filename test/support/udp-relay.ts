import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export type Direction = "to-server" | "to-peer";

/** What a network does to each message in each direction. */
export interface LinkQuality {
  /** Mean delay of one direction, ms. */
  delay: number;
  /** Each message is earlier or later by up to this, ms. */
  jitter: number;
  /** Share of datagrams lost. */
  loss: number;
}

/**
 * A stretch of network between one browser and the server's UDP port, on loopback: it passes
 * datagrams on, and loses, delays, exchanges, repeats or forges them as a test asks.
 */
export class UdpRelay {
  readonly port: number;
  /** Whether nothing passes, either way. */
  cut = false;
  /** What happens to all that passes; undefined for a perfect network. */
  quality: LinkQuality | undefined;
  /** Where loss and jitter come from, 0..1. */
  random: () => number = Math.random;
  /** Sees every datagram before it passes; what it returns passes instead. */
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

  /** From now on the server sees another address, as when a NAT forgets or a phone changes its network. */
  async move(): Promise<void> {
    const former = this.#far;
    this.#far = createSocket("udp4");
    this.#far.bind(0, "127.0.0.1");
    await once(this.#far, "listening");
    this.#far.on("message", (datagram) => this.#pass("to-peer", datagram));
    former.close();
  }

  /** @param address of this machine, at which the browser finds it */
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

  /** What has passed so far, in order. */
  passed(direction: Direction): readonly Buffer[] {
    return this.#passed[direction];
  }

  /** Drops the n-th RTP packets from now on, counted from 0, the first time each would pass. */
  dropMedia(direction: Direction, numbers: number[]): void {
    this.#mediaCount[direction] = 0;
    this.#dropping[direction] = new Set(numbers);
    this.#dropped[direction] = 0;
  }

  /** How many of them have been dropped. */
  dropped(direction: Direction): number {
    return this.#dropped[direction];
  }

  /** Sends every media datagram that has passed once more. */
  replayAll(direction: Direction): void {
    for (const datagram of this.#passed[direction].filter(isMedia)) this.inject(direction, datagram);
  }

  /** Sends the last media datagram with the next sequence number and one bit of its payload turned. */
  forgeLast(direction: Direction): void {
    const forged = Buffer.from(this.#passed[direction].filter(isRtp).at(-1)!);
    forged.writeUInt16BE((forged.readUInt16BE(2) + 1) & 0xffff, 2);
    forged[20]! ^= 1;
    this.inject(direction, forged);
  }

  /** Sends any datagram as if it had come from the other side. */
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
        // The link may have been closed while the datagram was under way.
        if (!this.#closed) this.inject(direction, datagram);
      },
      Math.max(0, delay + jitter * (2 * this.random() - 1)),
    );
  }
}

function isMedia(datagram: Buffer): boolean {
  return datagram[0]! >= 128 && datagram[0]! <= 191;
}

function isRtp(datagram: Buffer): boolean {
  return isMedia(datagram) && (datagram[1]! < 192 || datagram[1]! > 223);
}
