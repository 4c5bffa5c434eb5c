import { TokenBucket } from "../../server/limits/rate.ts";
import { UdpRelay } from "./udp-relay.ts";

/** Bytes of IPv4 and UDP headers, which a link carries too. */
const HEADER_BYTES = 28;
/** Interval at which what waits is sent, ms. */
const TURN_MS = 2;

/**
 * A link of few bits a second towards a peer, in front of which a router has a queue: what does not fit into
 * it is lost, as with `tc qdisc add … tbf rate … limit …`.
 */
export class NarrowLink {
  readonly #relay: UdpRelay;
  readonly #waiting: Buffer[] = [];
  readonly #queueMax: number;
  readonly #rate: TokenBucket;
  readonly #timer: NodeJS.Timeout;
  #waitingBytes = 0;
  /** Datagrams that were lost. */
  lost = 0;

  /**
   * @param bitsPerSecond what the link carries
   * @param queueBytes the size of the queue
   */
  static async open(serverPort: number, bitsPerSecond: number, queueBytes: number): Promise<NarrowLink> {
    return new NarrowLink(await UdpRelay.open(serverPort), bitsPerSecond, queueBytes);
  }

  private constructor(relay: UdpRelay, bitsPerSecond: number, queueBytes: number) {
    this.#relay = relay;
    this.#queueMax = queueBytes;
    this.#rate = new TokenBucket({ burst: 3_000, perSecond: bitsPerSecond / 8 }, performance.now());
    relay.intercept = (direction, datagram) => {
      if (direction === "to-server") return [datagram];
      this.#add(datagram);
      return [];
    };
    this.#timer = setInterval(() => this.#send(), TURN_MS);
  }

  /** The port that the peer sends to, in place of the server's. */
  get port(): number {
    return this.#relay.port;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#relay.close();
  }

  #add(datagram: Buffer): void {
    if (this.#waitingBytes + datagram.length > this.#queueMax) {
      this.lost++;
      return;
    }
    this.#waitingBytes += datagram.length;
    this.#waiting.push(Buffer.from(datagram));
    this.#send();
  }

  #send(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (!next || !this.#rate.take(next.length + HEADER_BYTES, performance.now())) return;
      this.#waiting.shift();
      this.#waitingBytes -= next.length;
      this.#relay.inject("to-peer", next);
    }
  }
}
