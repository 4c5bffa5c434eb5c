/**
 * What this browser keeps under a key of localStorage; undefined if it keeps nothing, no valid JSON, or if it
 * forbids storage.
 */
export function readStored(key: string, storage?: Storage): unknown {
  try {
    return JSON.parse((storage ?? localStorage).getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value under a key of localStorage. If the browser forbids it, the next visit starts without it. */
export function keepStored(key: string, value: unknown, storage?: Storage): void {
  try {
    (storage ?? localStorage).setItem(key, JSON.stringify(value));
  } catch {
    // The page works without it.
  }
}
