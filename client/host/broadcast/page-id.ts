/** Where sessionStorage, which each tab has for itself, keeps the id of its console from page to page. */
export const PAGE_KEY = "lightwall.page";

const PAGE_ID = /^[\w-]{8,64}$/;

/**
 * The id of this page, by which the server tells it from another page that hosts the same wall. A reload
 * keeps it. The tab's storage has it only between two pages of the tab: a tab that is duplicated copies the
 * storage, and its page must be another one.
 */
export function pageId(storage?: Storage, page: EventTarget = window): string {
  try {
    const tab = storage ?? sessionStorage;
    const stored = tab.getItem(PAGE_KEY) ?? "";
    const id = PAGE_ID.test(stored) ? stored : newId();
    tab.removeItem(PAGE_KEY);
    page.addEventListener("pagehide", () => tab.setItem(PAGE_KEY, id));
    // The browser has kept the page and shows it again.
    page.addEventListener("pageshow", () => tab.removeItem(PAGE_KEY));
    return id;
  } catch {
    // The browser forbids storage: every load is another page.
    return newId();
  }
}

/** Whether the page was reloaded. */
export function wasReloaded(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload";
}

/** An id that nobody guesses. Unlike `crypto.randomUUID`, this works on plain http too. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
