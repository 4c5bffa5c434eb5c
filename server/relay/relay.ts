import { BroadcastChannel } from "node:worker_threads";

/** One packet of a publisher on its way to the other threads or machines that have listeners. */
export interface RelayedPacket {
  /** The publisher's number; a publisher with a greater number has replaced those with smaller ones. */
  publisher: number;
  /** The publisher's stream; another SSRC is another stream. */
  ssrc: number;
  /**
   * Sequence number in that stream, with rollovers counted. Each receiver numbers packets anew for its
   * listeners.
   */
  index: number;
  /** RTP time as listeners receive it. */
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/**
 * Carries a broadcast to the other threads or machines that have listeners. Packets may be lost on the way.
 * Those that arrive keep the order in which they were published.
 */
export interface Relay {
  /** Sends a packet to all other subscribers of the broadcast, not to this one. */
  publish(broadcast: string, packet: RelayedPacket): void;
  /** Receives the packets that others publish. Returns a function that ends the subscription. */
  subscribe(broadcast: string, receive: (packet: RelayedPacket) => void): () => void;
}

/** A message between threads. It is a structured clone, so buffers arrive as plain byte arrays. */
interface Message {
  broadcast: string;
  packet: Omit<RelayedPacket, "payload"> & { payload: Uint8Array };
}

/** The relay between the threads of one server. */
export class LocalRelay implements Relay {
  readonly #channel: BroadcastChannel;
  readonly #receivers = new Map<string, (packet: RelayedPacket) => void>();

  /** @param name the same in all threads of one server, and different for each server of the process */
  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: { data: unknown }) => {
      const { broadcast, packet } = data as Message;
      const { buffer, byteOffset, length } = packet.payload;
      this.#receivers.get(broadcast)?.({ ...packet, payload: Buffer.from(buffer, byteOffset, length) });
    };
    this.#channel.unref();
  }

  publish(broadcast: string, packet: RelayedPacket): void {
    // Cloning a view clones the whole memory behind it, so the payload is copied first.
    this.#channel.postMessage({ broadcast, packet: { ...packet, payload: Uint8Array.from(packet.payload) } });
  }

  subscribe(broadcast: string, receive: (packet: RelayedPacket) => void): () => void {
    this.#receivers.set(broadcast, receive);
    return () => this.#receivers.delete(broadcast);
  }

  /** Ends all subscriptions; idempotent. */
  close(): void {
    this.#receivers.clear();
    this.#channel.close();
  }
}
