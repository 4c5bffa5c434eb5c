import { CODE_PATTERN } from "#protocol/format.ts";

/** A wall that was opened in this browser. The page with its key is its host. */
export interface OwnWall {
  code: string;
  hostKey: string;
  /**
   * The password that listeners need. It is kept with the key, as a server that restarts does not know it.
   */
  password?: string;
}

/** Where localStorage has the keys: a JSON array of {@link OwnWall}, the latest first. */
export const WALLS_KEY = "lightwall.walls";
/** The number of walls that a browser keeps. */
const WALLS_MAX = 8;

/** The walls of this browser, the latest first; none if the browser forbids storage. */
export function ownWalls(storage?: Storage): OwnWall[] {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(WALLS_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isOwnWall) : [];
  } catch {
    return [];
  }
}

/** The wall with this code, if this browser has its key. */
export function ownWall(code: string, storage?: Storage): OwnWall | undefined {
  return ownWalls(storage).find((wall) => wall.code === code);
}

/**
 * Keeps a wall's key. It replaces an older one for the same code.
 * @throws DOMException if the browser forbids storage or the storage is full
 */
export function keepWall(wall: OwnWall, storage: Storage = localStorage): void {
  const others = ownWalls(storage).filter(({ code }) => code !== wall.code);
  storage.setItem(WALLS_KEY, JSON.stringify([wall, ...others].slice(0, WALLS_MAX)));
}

/** Removes a wall that no longer exists. */
export function forgetWall(code: string, storage: Storage = localStorage): void {
  const others = ownWalls(storage).filter((wall) => wall.code !== code);
  storage.setItem(WALLS_KEY, JSON.stringify(others));
}

function isOwnWall(value: unknown): value is OwnWall {
  const { code, hostKey } = (value ?? {}) as Partial<OwnWall>;
  return typeof code === "string" && CODE_PATTERN.test(code) && typeof hostKey === "string";
}
