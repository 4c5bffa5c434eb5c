/**
 * An address that was proven is held for this many ms after its owner's last authentic check from it: the
 * time of consent (RFC 7675 §5.1).
 */
const HELD = 30_000;

/** Addresses one browser may have at once: those of its candidate pairs. */
const ADDRESSES_MAX = 8;

/**
 * Which peer a sender's address belongs to. A check proves who its sender is, but not where it is, for the
 * source of a datagram can be forged. So an address where a peer has proven to receive stays with it, until
 * it has not checked from there for a while, or is gone: nobody can take another's address by a check with
 * credentials of their own. One that was only checked from goes to whoever checks from it last: nobody can
 * keep others out by forged checks either.
 */
export class Addresses<Owner> {
  readonly #byKey = new Map<string, { owner: Owner; checkedAt: number; proven: boolean }>();
  /** Each owner's addresses, the one that was checked from last at the end. */
  readonly #byOwner = new Map<Owner, Set<string>>();

  /** Whose address it is. */
  ownerOf(key: string): Owner | undefined {
    return this.#byKey.get(key)?.owner;
  }

  /**
   * An authentic check of `owner` has come from an address.
   * @param time now, ms
   * @param inUse the address that the owner would not part with if it has too many
   * @returns whether the address is its own now; false while another holds it
   */
  claim(key: string, owner: Owner, time: number, inUse?: string): boolean {
    const entry = this.#byKey.get(key);
    if (entry && entry.owner !== owner) {
      if (entry.proven && time - entry.checkedAt <= HELD) return false;
      this.#drop(key, entry.owner);
    }
    this.#byKey.set(key, { owner, checkedAt: time, proven: entry?.owner === owner && entry.proven });
    const keys = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, keys);
    keys.delete(key);
    keys.add(key);
    if (keys.size > ADDRESSES_MAX) {
      for (const oldest of keys) {
        if (oldest === inUse) continue;
        this.#drop(oldest, owner);
        break;
      }
    }
    return true;
  }

  /** The owner has proven that it receives at an address of its own. */
  prove(key: string, owner: Owner): void {
    const entry = this.#byKey.get(key);
    if (entry?.owner === owner) entry.proven = true;
  }

  /** The owner is gone, and its addresses are free; idempotent. */
  release(owner: Owner): void {
    for (const key of this.#byOwner.get(owner) ?? []) this.#byKey.delete(key);
    this.#byOwner.delete(owner);
  }

  /** What one owner has belongs to another, who has nothing yet. */
  handOver(from: Owner, to: Owner): void {
    const keys = this.#byOwner.get(from);
    if (!keys) return;
    this.#byOwner.delete(from);
    this.#byOwner.set(to, keys);
    for (const key of keys) this.#byKey.get(key)!.owner = to;
  }

  #drop(key: string, owner: Owner): void {
    this.#byKey.delete(key);
    const keys = this.#byOwner.get(owner)!;
    keys.delete(key);
    if (keys.size === 0) this.#byOwner.delete(owner);
  }
}
