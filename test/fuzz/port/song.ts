import { Keys, protectRtp } from "../../keystream/srtp.ts";
import { Fault } from "../watch.ts";
import type { FuzzPeer } from "./peer.ts";

/** How long a packet may take through the server, ms; on a machine that is busy otherwise too. */
const ARRIVAL_LIMIT = 5_000;
const PAYLOAD_TYPE = 111;
const HEADER = 12;
const TAG = 10;

/** A host that plays and a listener that must get every packet of it, each once, in order and unchanged. */
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

  /** Both are connected. */
  constructor(host: FuzzPeer, listener: FuzzPeer) {
    this.#host = host;
    this.#listener = listener;
    this.#hostKeys = new Keys(host.client.srtp!.client, 0);
    this.#listenerKeys = new Keys(listener.client.srtp!.server, 0);
    listener.onMedia = (datagram) => this.#hear(datagram);
  }

  /** Packets that have come to the listener. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Plays one packet. */
  play(): void {
    const index = this.#sent++;
    const payload = Buffer.from(`packet ${index}`);
    const packet = { index, timestamp: (index * 960) >>> 0, ssrc: 7, payloadType: PAYLOAD_TYPE, payload };
    this.#host.send(protectRtp(this.#hostKeys, packet));
  }

  /**
   * Resolves when the listener has got all that was played.
   * @throws Fault when something is lost or wrong
   */
  async caughtUp(): Promise<void> {
    const late = setTimeout(() => this.#wake(), ARRIVAL_LIMIT);
    const end = performance.now() + ARRIVAL_LIMIT;
    while (this.#arrived < this.#sent && this.#wrong === undefined && performance.now() < end) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(late);
    if (this.#wrong !== undefined) throw new Fault(this.#wrong);
    if (this.#arrived < this.#sent) throw new Fault("a packet for a bystander is lost");
    if (this.#host.isGone || this.#listener.isGone) throw new Fault("a bystander is closed");
  }

  #hear(datagram: Buffer): void {
    // Reports of the server come beside the song.
    if (datagram[1]! >= 192 && datagram[1]! <= 223) return;
    const sequence = datagram.readUInt16BE(2);
    this.#first ??= sequence;
    const index = this.#first + this.#arrived;
    const body = datagram.subarray(0, datagram.length - TAG);
    const tag = this.#listenerKeys.tag(body, Math.floor(index / 0x1_0000));
    const secret = body.subarray(HEADER);
    const stream = this.#listenerKeys.keystream(datagram.readUInt32BE(8), index, secret.length);
    const words = Buffer.from(secret.map((byte, n) => byte ^ stream[n]!)).toString();
    if (
      sequence !== (index & 0xffff) ||
      !tag.equals(datagram.subarray(-TAG)) ||
      words !== `packet ${this.#arrived}`
    ) {
      this.#wrong ??= `instead of packet ${this.#arrived} a bystander got ${words}`;
    }
    this.#arrived++;
    this.#wake();
  }
}
