import { BroadcastChannel } from "node:worker_threads";
import type { Relay, RelayedPacket } from "./relay.ts";

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
