/** Texts that this browser keeps between visits; none if it forbids storage. */
export const memory = {
  recall(key: string): string | undefined {
    try {
      return localStorage.getItem(`lightwall:${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  keep(key: string, value: string): void {
    try {
      localStorage.setItem(`lightwall:${key}`, value);
    } catch {
      // Storage is full or forbidden. The page works without it.
    }
  },
};

/** Where sessionStorage has the id of the screen. */
const SCREEN_KEY = "lightwall:screen";

/** The id of the screen that this page was before: that of this tab, or else of this browser. */
export function recallScreen(): string | undefined {
  try {
    return sessionStorage.getItem(SCREEN_KEY) ?? memory.recall("screen");
  } catch {
    return undefined;
  }
}

/**
 * Keeps the id of this page's screen. The browser keeps the id of its first screen. Further pages at the same
 * time are other screens, whose ids are kept as long as their tabs.
 */
export function keepScreen(id: string): void {
  memory.recall("screen") ?? memory.keep("screen", id);
  try {
    sessionStorage.setItem(SCREEN_KEY, id);
  } catch {
    // Storage is forbidden: on the next visit this page is a new screen.
  }
}
