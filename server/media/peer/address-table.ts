/**
 * A validated address stays with its owner for this many ms after the owner's last authentic check from it:
 * the lifetime of consent (RFC 7675 §5.1).
 */
const HOLD_MS = 30_000;

/** Addresses that one browser may have at once, those of its candidate pairs. */
const ADDRESSES_MAX = 8;

/**
 * Which peer owns a remote address. An authentic check proves who sent it, but not from where, because the
 * source address of a datagram can be forged. An address is *validated* once its peer has proven that it
 * receives there. A validated address stays with its owner until the owner is closed or has sent no check
 * from it for {@link HOLD_MS}. So nobody can take over an address by checks with credentials of their own. An
 * address that is not validated goes to the peer whose check came last. So nobody can keep other peers from
 * an address by forged checks.
 */
export class AddressTable<Owner> {
  readonly #byKey = new Map<string, { owner: Owner; checkedAt: number; isValidated: boolean }>();
  /** Each owner's addresses, the one with the latest check at the end. */
  readonly #byOwner = new Map<Owner, Set<string>>();

  /** The owner of an address; undefined if it has none. */
  ownerOf(key: string): Owner | undefined {
    return this.#byKey.get(key)?.owner;
  }

  /**
   * Registers the address of an authentic check as its sender's. If the owner has too many addresses, the one
   * with the oldest check is dropped.
   * @param time now, ms
   * @param selected the address that is never dropped
   * @returns whether the owner has the address now; false while another owner holds it
   */
  register(key: string, owner: Owner, time: number, selected?: string): boolean {
    const entry = this.#byKey.get(key);
    if (entry && entry.owner !== owner) {
      if (entry.isValidated && time - entry.checkedAt <= HOLD_MS) return false;
      this.#drop(key, entry.owner);
    }
    const isValidated = entry?.owner === owner && entry.isValidated;
    this.#byKey.set(key, { owner, checkedAt: time, isValidated });
    const keys = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, keys);
    keys.delete(key);
    keys.add(key);
    if (keys.size > ADDRESSES_MAX) {
      for (const oldest of keys) {
        if (oldest === selected) continue;
        this.#drop(oldest, owner);
        break;
      }
    }
    return true;
  }

  /** The owner has proven that it receives at this address. Ignored if the address is another owner's. */
  markValidated(key: string, owner: Owner): void {
    const entry = this.#byKey.get(key);
    if (entry?.owner === owner) entry.isValidated = true;
  }

  /** Frees all addresses of an owner that is closed; idempotent. */
  release(owner: Owner): void {
    for (const key of this.#byOwner.get(owner) ?? []) this.#byKey.delete(key);
    this.#byOwner.delete(owner);
  }

  /** Transfers all addresses of one owner to another one, which must have none yet. */
  transfer(from: Owner, to: Owner): void {
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
