/** Where sessionStorage, which each tab has for itself, keeps the id of its console. */
export const PAGE_KEY = "lightwall.page";

const PAGE_ID = /^[\w-]{8,64}$/;

/**
 * The id of this page, by which the server tells it from another page that hosts the same wall. A reload of
 * the tab keeps it. A tab that was duplicated has the storage of the first one; browsers load it like a step
 * through the history, so such a page gets an id of its own.
 * @param storage by default, that of the tab
 */
export function pageId(storage?: Storage, navigation = navigationType()): string {
  try {
    const tab = storage ?? sessionStorage;
    const stored = tab.getItem(PAGE_KEY) ?? "";
    if (PAGE_ID.test(stored) && navigation !== "back_forward") return stored;
    const id = newId();
    tab.setItem(PAGE_KEY, id);
    return id;
  } catch {
    // The browser forbids storage: every load is another page.
    return newId();
  }
}

/** Whether the page was reloaded. */
export function wasReloaded(): boolean {
  return navigationType() === "reload";
}

function navigationType(): NavigationTimingType | undefined {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type;
}

/** Unlike `crypto.randomUUID`, this works on plain http too. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
