import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Logger } from "pino";

/** An item of the setting `ANNOUNCE`: an address or a DNS name, and the UDP port outside of a NAT. */
export interface Announced {
  /** An IP address, or a DNS name in lower case. */
  readonly host: string;
  /** Undefined for the port that the server has bound. */
  readonly port: number | undefined;
}

/** An address of the UDP port that browsers are offered. */
export interface MediaAddress {
  readonly address: string;
  /** Undefined for the port that the server has bound. */
  readonly port: number | undefined;
}

/** All addresses of a name. Rejects if there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface AnnouncedAddressesOptions {
  /** The setting `ANNOUNCE`. */
  readonly announce: readonly Announced[];
  readonly log: Logger;
  /** By default that of the operating system, which knows its file of hosts too. */
  readonly resolve?: Resolve;
  /** Time between two look-ups of all names, ms. */
  readonly intervalMs?: number;
}

/** Time between two look-ups of all names, ms. A dynamic DNS name usually has a TTL of 60 to 300 s. */
const INTERVAL_MS = 120_000;
/** How long the start waits for names, ms. A later answer counts for later joins. */
const START_MAX_MS = 2_000;
/** Addresses of one name that are offered. A browser checks every candidate that it is offered. */
const ADDRESSES_MAX = 8;

/**
 * The addresses that `ANNOUNCE` names. Names are looked up at the start and again every few minutes, one
 * after the other, so that a look-up that hangs holds one thread of Node's pool at most. When one fails, its
 * last addresses stay.
 */
export class AnnouncedAddresses {
  readonly #announce: readonly Announced[];
  readonly #log: Logger;
  readonly #resolve: Resolve;
  /** The last addresses of each name. */
  readonly #found = new Map<string, readonly string[]>();
  /** Names whose last look-up failed. Each is logged once until one succeeds. */
  readonly #failing = new Set<string>();
  readonly #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #current: readonly MediaAddress[] = [];
  #isClosed = false;

  constructor(options: AnnouncedAddressesOptions) {
    this.#announce = options.announce;
    this.#log = options.log;
    this.#resolve = options.resolve ?? resolveName;
    this.#update();
    if (this.#names.length === 0) return;
    this.#timer = setInterval(() => void this.refresh(), options.intervalMs ?? INTERVAL_MS);
    this.#timer.unref();
  }

  /** The addresses that are known now, in the order of the setting. */
  get current(): readonly MediaAddress[] {
    return this.#current;
  }

  /** Looks all names up. Resolves when that is done, or after {@link START_MAX_MS}. Never rejects. */
  async start(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, START_MAX_MS);
    });
    await Promise.race([this.refresh(), waited]);
    clearTimeout(timer);
  }

  /** Looks all names up again. While one look-up runs, no other begins. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Ends the look-ups; idempotent. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  get #names(): string[] {
    return [...new Set(this.#announce.map(({ host }) => host))].filter((host) => isIP(host) === 0);
  }

  async #refresh(): Promise<void> {
    for (const name of this.#names) {
      if (this.#isClosed) return;
      await this.#lookUp(name);
    }
  }

  async #lookUp(name: string): Promise<void> {
    try {
      const addresses = (await this.#resolve(name)).filter((address) => isIP(address) !== 0);
      if (addresses.length === 0) throw new Error("it has no addresses");
      this.#found.set(name, addresses.slice(0, ADDRESSES_MAX));
      this.#failing.delete(name);
      this.#update();
    } catch (error) {
      if (this.#failing.has(name) || this.#isClosed) return;
      this.#failing.add(name);
      const { code, message } = error as NodeJS.ErrnoException;
      const stay = this.#found.has(name) ? "its last addresses stay in use" : "it is not offered to browsers";
      this.#log.warn({ name, reason: code ?? message }, `a name in ANNOUNCE cannot be looked up; ${stay}`);
    }
  }

  #update(): void {
    const all = this.#announce.flatMap(({ host, port }) =>
      (isIP(host) === 0 ? (this.#found.get(host) ?? []) : [host]).map((address) => ({ address, port })),
    );
    const byKey = new Map(all.map((one) => [`${one.address} ${one.port ?? ""}`, one]));
    this.#current = [...byKey.values()];
  }
}

/** All addresses of a name, by the operating system. Rejects if there are none. */
export async function resolveName(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}
