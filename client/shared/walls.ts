import { cleanWallName, isWallPicture, type OwnWall, readOwnWall, type WallKey } from "./own-wall.ts";

/** Where localStorage has the keys: a JSON array of {@link OwnWall}. */
export const WALLS_KEY = "lightwall.walls";
/** The number of walls that a browser keeps. */
export const WALLS_MAX = 50;

/** What became of walls that were added. */
export interface Added {
  /** Walls that this browser had no key of. */
  added: number;
  /** Walls that it had, of which an older state was replaced. */
  updated: number;
  /** Walls that found no room. */
  refused: number;
}

/** The walls of this browser, the last used first; none if the browser forbids storage. */
export function ownWalls(storage?: Storage): OwnWall[] {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(WALLS_KEY) ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored
      .map(readOwnWall)
      .filter((wall) => wall !== undefined)
      .sort(byUse);
  } catch {
    return [];
  }
}

/** The wall with this code, if this browser has its key. */
export function ownWall(code: string, storage?: Storage): OwnWall | undefined {
  return ownWalls(storage).find((wall) => wall.code === code);
}

/**
 * Keeps a wall's key as the last used one. With the key that the browser has already, the wall's name, dates
 * and picture stay. The wall that was not used for the longest time makes room.
 * @param now ms since 1970
 * @throws DOMException if the browser forbids storage or the storage is full
 */
export function keepWall(
  { code, hostKey, password }: WallKey,
  storage: Storage = localStorage,
  now = Date.now(),
): void {
  const walls = ownWalls(storage);
  const known = walls.find((wall) => wall.code === code && wall.hostKey === hostKey);
  const { password: _, ...rest } = known ?? { openedAt: now };
  const kept: OwnWall = { ...rest, code, hostKey, ...(password && { password }), usedAt: now };
  write([kept, ...walls.filter((wall) => wall.code !== code)], storage);
}

/**
 * Notes when a wall was used and how it looked.
 * @param seen `usedAt` in ms since 1970; `picture` as a data URL, at most `PICTURE_MAX` long
 * @returns false if nothing was noted: the wall is unknown, the picture cannot be kept, or storage is full
 */
export function noteWall(
  code: string,
  { usedAt, picture }: { usedAt?: number; picture?: string },
  storage?: Storage,
): boolean {
  if (picture !== undefined && !isWallPicture(picture)) return false;
  return change(code, storage, (wall) => ({
    ...wall,
    ...(usedAt !== undefined && { usedAt }),
    ...(picture !== undefined && { picture }),
  }));
}

/**
 * Gives a wall a name: in one line, cut to `WALL_NAME_MAX` UTF-16 units. An empty one takes it away.
 * @returns false if it was not kept: the wall is unknown or storage is full
 */
export function renameWall(code: string, name: string, storage?: Storage): boolean {
  const cleanName = cleanWallName(name);
  return change(code, storage, ({ name: _, ...wall }) => ({
    ...wall,
    ...(cleanName !== "" && { name: cleanName }),
  }));
}

/**
 * Adds walls of another browser, or walls that were removed here. Of two states of one wall the newer one
 * stays. Walls that are here already are never dropped for them; the last used ones come first.
 * @param now ms since 1970. A later date, of a computer whose clock is wrong, becomes this one.
 * @throws DOMException if the browser forbids storage or the storage is full
 */
export function addWalls(
  walls: readonly OwnWall[],
  storage: Storage = localStorage,
  now = Date.now(),
): Added {
  const kept = new Map(ownWalls(storage).map((wall) => [wall.code, wall]));
  const result: Added = { added: 0, updated: 0, refused: 0 };
  for (const wall of walls.map((wall) => notAfter(now, wall)).sort(byUse)) {
    const here = kept.get(wall.code);
    if (here && (wall.usedAt ?? 0) <= (here.usedAt ?? 0)) continue;
    // A wall has one key: another one is of a mixed-up file, and would lock this browser out.
    const isOtherKey = here !== undefined && here.hostKey !== wall.hostKey;
    if (isOtherKey || (!here && kept.size >= WALLS_MAX)) {
      result.refused += 1;
      continue;
    }
    result[here ? "updated" : "added"] += 1;
    kept.set(wall.code, here ? withWhatIsMissing(wall, here) : wall);
  }
  write([...kept.values()].sort(byUse), storage);
  return result;
}

/** Removes a wall's key from this browser. */
export function forgetWall(code: string, storage: Storage = localStorage): void {
  write(
    ownWalls(storage).filter((wall) => wall.code !== code),
    storage,
  );
}

/** Changes what is known about a wall; false if it is unknown or the browser does not keep the change. */
function change(code: string, storage: Storage | undefined, changed: (wall: OwnWall) => OwnWall): boolean {
  const walls = ownWalls(storage);
  if (!walls.some((wall) => wall.code === code)) return false;
  try {
    write(
      walls.map((wall) => (wall.code === code ? changed(wall) : wall)),
      storage ?? localStorage,
    );
    return true;
  } catch {
    return false;
  }
}

/** Writes the first walls. A key is worth more than pictures: where storage is full, these go. */
function write(walls: readonly OwnWall[], storage: Storage): void {
  const kept = walls.slice(0, WALLS_MAX);
  try {
    storage.setItem(WALLS_KEY, JSON.stringify(kept));
  } catch {
    storage.setItem(WALLS_KEY, JSON.stringify(kept.map(({ picture: _, ...wall }) => wall)));
  }
}

/** The last used wall first. Those of earlier versions have no date and keep their order. */
function byUse(a: OwnWall, b: OwnWall): number {
  return (b.usedAt ?? 0) - (a.usedAt ?? 0);
}

/** The newer state of a wall, with the name, picture and date that it lacks; not with a former password. */
function withWhatIsMissing(newer: OwnWall, { password: _, ...older }: OwnWall): OwnWall {
  return { ...older, ...newer };
}

function notAfter(now: number, { openedAt, usedAt, ...wall }: OwnWall): OwnWall {
  return {
    ...wall,
    ...(openedAt !== undefined && { openedAt: Math.min(openedAt, now) }),
    ...(usedAt !== undefined && { usedAt: Math.min(usedAt, now) }),
  };
}
