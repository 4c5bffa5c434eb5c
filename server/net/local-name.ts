import { isIP, isIPv6 } from "node:net";
import type { Answer } from "dns-packet";
import multicastDns, { type MulticastDNS, type QueryPacket, type ResponsePacket } from "multicast-dns";
import type { Logger } from "pino";

export interface LocalNameOptions {
  /** The setting `MDNS_NAME`: one label, without `.local`. */
  readonly name: string;
  /** The addresses that the name has, now. */
  readonly addresses: () => readonly string[];
  readonly log: Logger;
  /** The network of a test. By default it is every interface, and the port of multicast DNS. */
  readonly network?: { readonly interface: string; readonly port: number };
}

/** Time between two probes, ms, and their number (RFC 6762 §8.1). */
const PROBE_INTERVAL_MS = 250;
const PROBES = 3;
/** How long others may keep an answer, s (RFC 6762 §10). */
const TTL_S = 120;
/**
 * At most one answer in this time, ms: a flood of questions causes no flood of answers, and whoever probes
 * gets one in time (RFC 6762 §6).
 */
const ANSWER_INTERVAL_MS = 250;
/** How long to wait after a conflict before the name is probed anew, ms (RFC 6762 §8.2). */
const CONFLICT_WAIT_MS = 1_000;
/** Names that are tried: `lightwall`, `lightwall-2`, … Whoever takes all of them wants that. */
const NAMES_MAX = 9;

/** A record that tells an address. */
interface AddressRecord {
  readonly type: "A" | "AAAA";
  readonly name: string;
  readonly ttl: number;
  readonly flush: boolean;
  readonly data: string;
}

/**
 * A name in the local network for this machine, such as `lightwall.local`, by multicast DNS (RFC 6762): asks
 * whether another machine has it, takes the next one if so, and answers who asks for it. It keeps nothing of
 * what it receives, and no datagram ends it.
 */
export class LocalName {
  readonly #options: LocalNameOptions;
  readonly #mdns: MulticastDNS;
  readonly #log: Logger;
  readonly #settled = Promise.withResolvers<string | undefined>();
  #number = 1;
  #isClaimed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(options: LocalNameOptions) {
    this.#options = options;
    this.#log = options.log;
    // Bound to one interface only, a socket would receive nothing that is sent to the group.
    this.#mdns = multicastDns(options.network && { ...options.network, bind: "0.0.0.0" });
    this.#mdns.on("error", (error: Error) => this.#giveUp(error.message));
    this.#mdns.on("warning", (err: Error) => this.#log.debug({ err }, "multicast DNS"));
    this.#mdns.on("query", (query) => this.#guarded(() => this.#receiveQuery(query)));
    this.#mdns.on("response", (response) => this.#guarded(() => this.#receiveResponse(response)));
    this.#mdns.once("ready", () => this.#probe(PROBES));
  }

  /** The name with `.local`, once it is this machine's; undefined if there is none to have. Never rejects. */
  get settled(): Promise<string | undefined> {
    return this.#settled.promise;
  }

  /** The same, at this moment; undefined while it is not known. */
  get value(): string | undefined {
    return this.#isClaimed ? this.#name : undefined;
  }

  /** Tells the network that the name is no longer here; idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#isClaimed) await new Promise<void>((resolve) => this.#answer(0, resolve));
    this.#end();
  }

  get #name(): string {
    const { name } = this.#options;
    return `${this.#number === 1 ? name : `${name}-${this.#number}`}.local`;
  }

  /** The records of the name now. Other machines forget what they had of it (RFC 6762 §10.2). */
  #records(ttl: number): AddressRecord[] {
    return this.#options
      .addresses()
      .filter((address) => isIP(address) !== 0)
      .map((data) => ({ type: isIPv6(data) ? "AAAA" : "A", name: this.#name, ttl, flush: true, data }));
  }

  /** Asks whether somebody has the name; nobody answers if nobody has (RFC 6762 §8.1). */
  #probe(left: number): void {
    if (this.#isClosed) return;
    if (left === 0) {
      this.#isClaimed = true;
      this.#log.info({ name: this.#name }, "this machine has a name in the local network");
      this.#settled.resolve(this.#name);
      this.#answer(TTL_S);
      return;
    }
    // The records tell a machine that probes for the same name at the same time (RFC 6762 §8.2).
    const questions = (["A", "AAAA"] as const).map((type) => ({ name: this.#name, type }));
    this.#mdns.query({ questions, authorities: this.#records(TTL_S) });
    this.#timer = setTimeout(() => this.#probe(left - 1), PROBE_INTERVAL_MS);
  }

  #receiveQuery({ questions = [], authorities = [] }: QueryPacket): void {
    const isAsked = questions.some(({ name }) => this.#isName(name));
    if (!isAsked) return;
    if (this.#isClaimed) {
      if (performance.now() - this.#answeredAt >= ANSWER_INTERVAL_MS) this.#answer(TTL_S);
      return;
    }
    // Of two that probe at the same time, the one with the greater addresses keeps the name.
    const theirs = this.#foreignIn(authorities);
    if (theirs.length > 0 && theirs.sort().join() > this.#ownAddresses().sort().join()) this.#takeNext();
  }

  /** Another machine answers with the name: it had it first. */
  #receiveResponse({ answers = [] }: ResponsePacket): void {
    if (this.#foreignIn(answers).length === 0) return;
    if (!this.#isClaimed) {
      this.#takeNext();
      return;
    }
    // Both have it, as after two networks were joined: both begin anew (RFC 6762 §9).
    this.#isClaimed = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#probe(PROBES), CONFLICT_WAIT_MS);
  }

  #takeNext(): void {
    clearTimeout(this.#timer);
    this.#number += 1;
    if (this.#number > NAMES_MAX) this.#giveUp("other machines have all names");
    else this.#timer = setTimeout(() => this.#probe(PROBES), PROBE_INTERVAL_MS);
  }

  /** Addresses that a message of another machine gives to the name. Those of this machine come back too. */
  #foreignIn(records: readonly Answer[]): string[] {
    const own = this.#ownAddresses();
    return records.flatMap((record) => {
      const isAddress = record.type === "A" || record.type === "AAAA";
      return isAddress && record.ttl !== 0 && this.#isName(record.name) && !own.includes(record.data)
        ? [record.data]
        : [];
    });
  }

  #ownAddresses(): string[] {
    return this.#records(TTL_S).map(({ data }) => data);
  }

  #isName(name: string): boolean {
    return name.toLowerCase() === this.#name;
  }

  #answer(ttl: number, done: () => void = () => {}): void {
    this.#answeredAt = performance.now();
    this.#mdns.respond({ answers: this.#records(ttl) }, () => done());
  }

  /** A message that this class cannot deal with is dropped; it must not end the process. */
  #guarded(receive: () => void): void {
    if (this.#isClosed) return;
    try {
      receive();
    } catch (err) {
      this.#log.debug({ err }, "multicast DNS message dropped");
    }
  }

  #giveUp(reason: string): void {
    if (this.#isClosed) return;
    this.#log.warn({ reason }, "this machine has no name in the local network; use its address");
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#isClaimed = false;
    clearTimeout(this.#timer);
    this.#settled.resolve(undefined);
    this.#mdns.destroy();
  }
}
