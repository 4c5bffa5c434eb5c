import type { SharedWall } from "../cluster/cluster-options.ts";
import { hashOfKey } from "../data/host-keys.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Kept } from "../wall/files.ts";
import type { WallStore } from "../wall/store.ts";

/** A valid host key for a code. */
export interface ShownKey {
  readonly hostKey: string;
  /** Whether nobody else can have a key for the code. */
  readonly isCurrent: boolean;
}

/**
 * The saved wall that a key opens: that of all nodes or else of this one. A saved wall is opened by the key
 * whose hash is saved with it or, if it was saved before hashes were, by the first valid key. Without a saved
 * wall, the key must be a current one, whose code cannot have been issued to anyone else since.
 * @throws LightwallError `key-wrong` | `wall-unreadable` if the key does not open it
 */
export function keptFor(
  { code, hostKey, isCurrent }: ShownKey & { code: string },
  walls: Pick<WallStore, "read">,
  shared: SharedWall | undefined,
): Kept {
  const kept: Kept = shared ? { state: "kept", wall: shared.wall } : walls.read(code);
  const hash = kept.state === "none" ? undefined : kept.wall?.keyHash;
  const isOwner = hash === undefined ? kept.state === "kept" || isCurrent : hash === hashOfKey(hostKey);
  if (isOwner) return kept;
  // While the file cannot be read, the hash of the owner's key is unknown.
  throw new LightwallError(kept.state === "unread" ? "wall-unreadable" : "key-wrong");
}
