import { Keys, protectRtp } from "../../keystream/srtp.ts";
import { Fault } from "../watch.ts";
import type { FuzzPeer } from "./peer.ts";

/** How long a packet may take from the host to the listener; long enough for a busy machine. */
const ARRIVAL_TIMEOUT_MS = 5_000;
const PAYLOAD_TYPE = 111;
const HEADER_BYTES = 12;
const TAG_BYTES = 10;

/** A song of a host. The listener must receive every packet once, in order and unchanged. */
export class Song {
  readonly #host: FuzzPeer;
  readonly #listener: FuzzPeer;
  readonly #hostKeys: Keys;
  readonly #listenerKeys: Keys;
  #sent = 0;
  #arrived = 0;
  #first: number | undefined;
  #wrong: string | undefined;
  #wake: () => void = () => {};

  /** Both peers must be connected. */
  constructor(host: FuzzPeer, listener: FuzzPeer) {
    this.#host = host;
    this.#listener = listener;
    this.#hostKeys = new Keys(host.client.srtp!.client, 0);
    this.#listenerKeys = new Keys(listener.client.srtp!.server, 0);
    listener.onMedia = (datagram) => this.#receive(datagram);
  }

  /** Packets that the listener has received. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Sends one packet. */
  play(): void {
    const index = this.#sent++;
    const payload = Buffer.from(`packet ${index}`);
    const packet = { index, timestamp: (index * 960) >>> 0, ssrc: 7, payloadType: PAYLOAD_TYPE, payload };
    this.#host.send(protectRtp(this.#hostKeys, packet));
  }

  /**
   * Resolves when the listener has received all packets.
   * @throws Fault if a packet is lost or wrong
   */
  async caughtUp(): Promise<void> {
    const timeout = setTimeout(() => this.#wake(), ARRIVAL_TIMEOUT_MS);
    const end = performance.now() + ARRIVAL_TIMEOUT_MS;
    while (this.#arrived < this.#sent && this.#wrong === undefined && performance.now() < end) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(timeout);
    if (this.#wrong !== undefined) throw new Fault(this.#wrong);
    if (this.#arrived < this.#sent) throw new Fault("a packet for a bystander is lost");
    if (this.#host.isClosed || this.#listener.isClosed) throw new Fault("a bystander is closed");
  }

  #receive(datagram: Buffer): void {
    // Ignores the server's RTCP.
    if (datagram[1]! >= 192 && datagram[1]! <= 223) return;
    const sequence = datagram.readUInt16BE(2);
    this.#first ??= sequence;
    const index = this.#first + this.#arrived;
    const body = datagram.subarray(0, datagram.length - TAG_BYTES);
    const tag = this.#listenerKeys.tag(body, Math.floor(index / 0x1_0000));
    const secret = body.subarray(HEADER_BYTES);
    const stream = this.#listenerKeys.keystream(datagram.readUInt32BE(8), index, secret.length);
    const text = Buffer.from(secret.map((byte, n) => byte ^ stream[n]!)).toString();
    if (
      sequence !== (index & 0xffff) ||
      !tag.equals(datagram.subarray(-TAG_BYTES)) ||
      text !== `packet ${this.#arrived}`
    ) {
      this.#wrong ??= `instead of packet ${this.#arrived}, a bystander received ${text}`;
    }
    this.#arrived++;
    this.#wake();
  }
}
