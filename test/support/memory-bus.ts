import type { Bus } from "../../server/relay/bus.ts";

/** NATS as its users see it, without a network: the buses of one `MemoryNats` reach one another. */
export class MemoryNats {
  readonly #buses = new Set<MemoryBus>();
  /** Every message, in the order in which they were published. */
  readonly published: { subject: string; data: Buffer }[] = [];

  connect(): MemoryBus {
    const bus = new MemoryBus(this);
    this.#buses.add(bus);
    return bus;
  }

  deliver(from: MemoryBus | undefined, subject: string, data: Buffer): void {
    this.published.push({ subject, data });
    for (const bus of this.#buses) if (bus !== from) bus.receive(subject, data);
  }
}

export class MemoryBus implements Bus {
  readonly #nats: MemoryNats;
  readonly #receivers = new Map<string, Set<(data: Buffer) => void>>();
  isConnected = true;
  onChange: (isConnected: boolean) => void = () => {};
  onError: (error: unknown) => void = () => {};
  /** Decides which of the messages that reach this bus are lost on their way. */
  loses: (subject: string) => boolean = () => false;

  constructor(nats: MemoryNats) {
    this.#nats = nats;
  }

  publish(subject: string, data: Uint8Array): void {
    if (this.isConnected) this.#nats.deliver(this, subject, Buffer.from(data));
  }

  subscribe(subject: string, receive: (data: Buffer) => void): () => void {
    const receivers = this.#receivers.get(subject) ?? new Set();
    this.#receivers.set(subject, receivers.add(receive));
    return () => receivers.delete(receive);
  }

  /** Loses the connection, or makes it again. */
  setConnected(isConnected: boolean): void {
    this.isConnected = isConnected;
    this.onChange(isConnected);
  }

  async close(): Promise<void> {
    this.isConnected = false;
  }

  receive(subject: string, data: Buffer): void {
    if (!this.isConnected || this.loses(subject)) return;
    for (const receive of this.#receivers.get(subject) ?? []) receive(data);
  }
}
