import { CODE_PATTERN } from "#protocol/format.ts";

/** A wall that was opened in this browser: whoever holds its key is its host. */
export interface OwnWall {
  code: string;
  hostKey: string;
  /** What listeners must show; kept with the key, as a server that restarts forgets it. */
  password?: string;
}

/** The one place in localStorage where keys are kept: a JSON array of {@link OwnWall}, the latest first. */
export const WALLS_KEY = "lightwall.walls";
const KEPT = 8;

/** The walls of this browser, the latest first; none where the browser forbids storage. */
export function ownWalls(storage?: Storage): OwnWall[] {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(WALLS_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isOwnWall) : [];
  } catch {
    return [];
  }
}

/** A wall whose key this browser holds. */
export function ownWall(code: string, storage?: Storage): OwnWall | undefined {
  return ownWalls(storage).find((wall) => wall.code === code);
}

/**
 * Keeps a wall's key, in place of an older one of the same code.
 * @throws DOMException where the browser forbids storage or it is full
 */
export function keepWall(wall: OwnWall, storage: Storage = localStorage): void {
  const others = ownWalls(storage).filter(({ code }) => code !== wall.code);
  storage.setItem(WALLS_KEY, JSON.stringify([wall, ...others].slice(0, KEPT)));
}

/** Forgets a wall that is over. */
export function forgetWall(code: string, storage: Storage = localStorage): void {
  const others = ownWalls(storage).filter((wall) => wall.code !== code);
  storage.setItem(WALLS_KEY, JSON.stringify(others));
}

function isOwnWall(value: unknown): value is OwnWall {
  const { code, hostKey } = (value ?? {}) as Partial<OwnWall>;
  return typeof code === "string" && CODE_PATTERN.test(code) && typeof hostKey === "string";
}
