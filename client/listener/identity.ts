import { memory } from "./settings.ts";

const KEY = "lightwall:screen";

/** What this page was called in a wall before: in this tab, or else in this browser. */
export function recallScreen(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? memory.recall("screen");
  } catch {
    return undefined;
  }
}

/**
 * Remembers what this page is called. A second page of a browser has a name of its own, which lasts as long
 * as its tab.
 */
export function keepScreen(id: string): void {
  memory.recall("screen") ?? memory.keep("screen", id);
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // Forbidden: the next visit gets a new place.
  }
}
