import type { Shelved, Shelves } from "./shelf.ts";

/** How long the code of a closed room is refused. */
const CLOSED_KEPT_MS = 24 * 3_600_000;

/** Which node keeps a room. */
export interface Lease {
  /** Id of the node. */
  readonly node: string;
  /** Counts the nodes that have kept it. */
  readonly generation: number;
  /** Id of the page that hosts it; null while there is none. */
  readonly page: string | null;
  /** When it was taken or changed, ms since 1970. */
  readonly at: number;
  /** When it was closed for good, ms since 1970; null while it was not. */
  readonly endedAt: number | null;
}

export interface LeasesOptions {
  readonly shelf: Shelves<Lease>;
  /** Id of this node. */
  readonly node: string;
  /** A room is kept by another node than before, has a host again, or is closed for good. */
  readonly changed: (code: string, lease: Lease) => void;
  /** Whether a room is open at this node. */
  readonly keeps: (code: string) => boolean;
  /** A lease that is missing cannot be put back now. */
  readonly failed: (error: unknown) => void;
}

/**
 * Which node keeps which room, as all nodes see it. A room changes hands only if nothing has changed since
 * this node looked: of two nodes that reach for it at the same time, one gets it.
 */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #known = new Map<string, Shelved<Lease>>();
  /** When rooms were closed of which the others do not know it yet, ms since 1970. */
  readonly #ending = new Map<string, number>();

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Learns of all leases, then of each change. */
  watch(): Promise<void> {
    return this.#options.shelf.watch((code, kept) => this.#learn(code, kept));
  }

  get(code: string): Lease | undefined {
    return this.look(code)?.value;
  }

  /** A room's lease at the revision that this node knows, for {@link take}. */
  look(code: string): Shelved<Lease> | undefined {
    return this.#known.get(code);
  }

  /** Whether this node keeps a room. */
  isOwn(code: string): boolean {
    const lease = this.get(code);
    return lease?.node === this.#options.node && lease.endedAt === null;
  }

  /** Codes of the rooms that a node keeps. */
  of(node: string): string[] {
    return [...this.#known].filter(([, { value }]) => value.node === node).map(([code]) => code);
  }

  /**
   * Takes a room over, unless its lease has changed since this node looked at it.
   * @param page the page that hosts it; null for none
   * @param looked what this node has decided on
   * @returns the lease; undefined if it has changed; the present one is known then
   */
  async take(
    code: string,
    page: string | null,
    looked: Shelved<Lease> | undefined,
  ): Promise<Lease | undefined> {
    const { node } = this.#options;
    const former = looked?.value;
    const generation = (former?.generation ?? 0) + (former?.node === node ? 0 : 1);
    const lease = { node, generation, page, at: timeAfter(former), endedAt: null };
    return (await this.#replace(code, lease, looked?.revision ?? 0)) ? lease : undefined;
  }

  /** Notes which page hosts a room of this node; null for none. */
  async setPage(code: string, page: string | null): Promise<void> {
    const looked = this.look(code);
    if (this.isOwn(code) && looked?.value.page !== page) await this.take(code, page, looked);
  }

  /** A room of this node is closed for good. If NATS is away, the others learn it when it is back. */
  async end(code: string, at: number): Promise<void> {
    this.#ending.set(code, at);
    while (this.isOwn(code)) {
      const { value, revision } = this.look(code)!;
      await this.#replace(code, { ...value, page: null, at: timeAfter(value), endedAt: at }, revision);
    }
    this.#ending.delete(code);
  }

  /** Tells the others what they do not know yet because JetStream did not answer. */
  async endAgain(): Promise<void> {
    for (const [code, at] of this.#ending) await this.end(code, at);
  }

  /** Gives up a lease of this node under which no room was opened. */
  async drop(code: string): Promise<void> {
    const looked = this.look(code);
    if (looked && this.isOwn(code) && !this.#options.keeps(code)) {
      await this.#options.shelf.delete(code, looked.revision);
    }
  }

  /**
   * Removes what nobody needs any more: rooms that were closed for good a day ago, and those of nodes that
   * are gone, if nobody has opened them for so long that their walls are not kept any more.
   * @param isUsed whether a node is there, and keeps the room as far as it is this one
   * @param keptMs how long walls are kept
   */
  async sweep(isUsed: (node: string, code: string) => boolean, keptMs: number): Promise<void> {
    const now = Date.now();
    for (const [code, { value, revision }] of this.#known) {
      const isClosed = value.endedAt !== null && now - value.endedAt > CLOSED_KEPT_MS;
      const isLeft = !isUsed(value.node, code) && now - value.at > keptMs;
      if (isClosed || isLeft) await this.#options.shelf.delete(code, revision);
    }
  }

  /** After NATS was away: puts the leases of this node back where they are missing, and learns of all. */
  async restore(): Promise<void> {
    const { shelf, node } = this.#options;
    // If everything was lost, revisions have begun anew.
    for (const [code, { value }] of this.#known) this.#known.set(code, { value, revision: 0 });
    for (const code of this.of(node)) {
      const kept = await shelf.get(code);
      if (kept) this.#learn(code, kept);
      else await this.#replace(code, this.get(code)!, 0);
    }
    await this.endAgain();
    await this.watch();
  }

  async #replace(code: string, lease: Lease, since: number): Promise<boolean> {
    const revision = await this.#options.shelf.replace(code, lease, since);
    if (revision !== undefined) {
      this.#known.set(code, { value: lease, revision });
      return true;
    }
    this.#learn(code, await this.#options.shelf.get(code));
    return false;
  }

  #learn(code: string, kept: Shelved<Lease> | undefined): void {
    const known = this.#known.get(code);
    if (!kept) {
      // Nobody removes the lease of a room that is open.
      if (this.isOwn(code) && this.#options.keeps(code)) this.#putBack(code, 0);
      else this.#known.delete(code);
      return;
    }
    // Reports may come after this node has written something newer itself.
    if (known && kept.revision <= known.revision) return;
    if (known && isOlder(kept.value, known.value)) {
      // Somebody has put back what was there before. Who keeps the room writes its lease again.
      this.#known.set(code, { value: known.value, revision: kept.revision });
      if (known.value.node === this.#options.node) this.#putBack(code, kept.revision);
      return;
    }
    this.#known.set(code, kept);
    const isNews = known?.value.node !== kept.value.node || known.value.generation !== kept.value.generation;
    const hasHost = known?.value.page === null && kept.value.page !== null;
    if (isNews || hasHost || kept.value.endedAt !== null) this.#options.changed(code, kept.value);
  }

  /** Writes a lease of this node as it knows it. */
  #putBack(code: string, since: number): void {
    this.#replace(code, this.get(code)!, since).catch(this.#options.failed);
  }
}

/** Times of one lease grow with each change, whatever the clocks of the nodes are. */
function timeAfter(former: Lease | undefined): number {
  return Math.max(Date.now(), (former?.at ?? 0) + 1);
}

function isOlder(one: Lease, other: Lease): boolean {
  return one.at < other.at && one.generation <= other.generation;
}
