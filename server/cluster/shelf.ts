import { deflateRawSync, inflateRawSync } from "node:zlib";
import { JetStreamApiError, jetstream } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { NatsBus } from "../relay/nats.ts";
import { hiddenName, Vault } from "../relay/seal.ts";

/** Error of JetStream: the key has changed since that revision (JSStreamWrongLastSequenceErr). */
const WRONG_REVISION = 10_071;
/** Servers of NATS that keep each bucket: one of three may die. */
const REPLICAS = 3;
/** Errors of JetStream: one server (JSStreamReplicasNotSupportedErr), or too few (JSClusterNoPeersErrF). */
const TOO_FEW_SERVERS: ReadonlySet<number> = new Set([10_074, 10_005]);
/** How long a question to JetStream may take, ms. */
const TIMEOUT_MS = 5_000;

/** Something that is kept under a name, at a revision that grows with each change. */
export interface Shelved<Value> {
  readonly value: Value;
  readonly revision: number;
}

/** What is kept under names, for all nodes. */
export type Shelves<Value> = Pick<
  Shelf<Value>,
  "get" | "replace" | "put" | "delete" | "watch" | "reopen" | "check" | "close"
>;

export interface ShelfOptions {
  readonly bus: NatsBus;
  /** What the nodes of the installation share: 32 bytes. */
  readonly secret: Uint8Array;
  /** Name of the bucket. */
  readonly bucket: string;
  /** How long what nobody writes again is kept, ms; 0 for ever. */
  readonly keptMs: number;
}

/**
 * A bucket of JetStream's key-value store, whose names and values only the nodes of this installation can
 * read. It is created where it is missing.
 */
export class Shelf<Value> {
  readonly #options: ShelfOptions;
  readonly #vault: Vault;
  #kv: KV;
  #watching: { stop(): void } | undefined;
  /** Why changes are not followed any more. */
  #broken: unknown;

  private constructor(options: ShelfOptions, kv: KV) {
    this.#options = options;
    this.#kv = kv;
    this.#vault = new Vault(options.secret);
  }

  /** @throws Error with one line if NATS has no JetStream */
  static async open<Value>(options: ShelfOptions): Promise<Shelf<Value>> {
    try {
      return new Shelf<Value>(options, await openBucket(options));
    } catch (error) {
      throw new Error(
        `NATS does not keep what the nodes share (${(error as Error).message}): ` +
          "start it with JetStream (-js).",
        { cause: error },
      );
    }
  }

  /** Opens the bucket again after NATS was away: it may have lost everything. */
  async reopen(): Promise<void> {
    this.#kv = await openBucket(this.#options);
  }

  /** @throws if the bucket is not there any more, or its changes are not followed */
  async check(): Promise<void> {
    if (this.#broken) throw this.#broken;
    await this.#kv.status();
  }

  /** What is kept under a name; undefined if there is nothing that this installation has put there. */
  async get(name: string): Promise<Shelved<Value> | undefined> {
    const key = this.#keyOf(name);
    const entry = await this.#kv.get(key);
    if (entry?.operation !== "PUT") return;
    const value = this.#read(key, entry.value)?.value;
    return value === undefined ? undefined : { value, revision: entry.revision };
  }

  /**
   * Keeps a value if nobody has changed what is there since a revision; 0 for nothing there.
   * @returns the new revision; undefined if somebody has changed it
   */
  async replace(name: string, value: Value, revision: number): Promise<number | undefined> {
    const key = this.#keyOf(name);
    const data = this.#lock(key, name, value);
    try {
      if (revision === 0) return await this.#kv.create(key, data);
      return await this.#kv.update(key, data, revision, TIMEOUT_MS);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_REVISION) return;
      throw error;
    }
  }

  /** Keeps a value, whatever is there. */
  async put(name: string, value: Value): Promise<void> {
    const key = this.#keyOf(name);
    await this.#kv.put(key, this.#lock(key, name, value));
  }

  /** Removes what is kept under a name, if nobody has changed it since a revision. */
  async delete(name: string, revision?: number): Promise<void> {
    try {
      await this.#kv.delete(this.#keyOf(name), revision === undefined ? {} : { previousSeq: revision });
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === WRONG_REVISION)) throw error;
    }
  }

  /**
   * Reports all that is there, then each change and what is removed (undefined), until {@link close}.
   * Resolves when all is reported.
   */
  async watch(report: (name: string, kept: Shelved<Value> | undefined) => void): Promise<void> {
    this.close();
    const entries = await this.#kv.watch();
    this.#watching = entries;
    this.#broken = undefined;
    // Of what is removed only the hidden name is told.
    const names = new Map<string, string>();
    const { promise: isComplete, resolve } = Promise.withResolvers<void>();
    // A bucket with nothing in it reports nothing.
    if ((await this.#kv.status()).values === 0) resolve();
    void (async () => {
      for await (const { key, value, revision, operation, delta } of entries) {
        const read = operation === "PUT" ? this.#read(key, value) : undefined;
        if (read) {
          names.set(key, read.name);
          report(read.name, { value: read.value, revision });
        } else {
          const name = names.get(key);
          if (name !== undefined && operation !== "PUT") report(name, undefined);
        }
        if (delta === 0) resolve();
      }
      throw new Error("NATS has ended the list of changes");
    })()
      .catch((error) => {
        if (this.#watching === entries) this.#broken = error;
      })
      .finally(resolve);
    await isComplete;
  }

  close(): void {
    const watching = this.#watching;
    this.#watching = undefined;
    watching?.stop();
  }

  /** A value as it is kept: JSON, compressed (RFC 1951), sealed. */
  #lock(key: string, name: string, value: Value): Buffer {
    return this.#vault.lock(key, deflateRawSync(JSON.stringify({ name, value }), { level: 1 }));
  }

  #keyOf(name: string): string {
    return hiddenName(this.#options.secret, name);
  }

  #read(key: string, data: Uint8Array): { name: string; value: Value } | undefined {
    const plain = this.#vault.unlock(key, Buffer.from(data));
    return plain && (JSON.parse(inflateRawSync(plain).toString()) as { name: string; value: Value });
  }
}

/** Opens a bucket, or creates it: on three servers of NATS if it has so many, otherwise on one. */
async function openBucket({ bus, bucket, keptMs: ttl }: ShelfOptions): Promise<KV> {
  const buckets = new Kvm(jetstream(bus.connection, { timeout: TIMEOUT_MS }));
  try {
    return await buckets.create(bucket, { history: 1, ttl, replicas: REPLICAS });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || !TOO_FEW_SERVERS.has(error.code)) throw error;
    return buckets.create(bucket, { history: 1, ttl });
  }
}
