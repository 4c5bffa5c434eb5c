/** Between two looks at whether the server has a newer page, ms. */
const RELOAD_LOOK_MS = 5_000;

/** What a kiosk says whose browser starts no sound by itself; it hears the music by nothing else. */
export const BLOCKED = [
  "This browser waits for a tap",
  "Start it with --autoplay-policy=no-user-gesture-required, and it goes on by itself.",
] as const;

/** Sets the page up to be left alone: no cursor, no menu, nothing to choose. */
export function beKiosk(): void {
  document.documentElement.dataset.kiosk = "";
  addEventListener("contextmenu", (event) => event.preventDefault());
}

/**
 * Loads the page anew as soon as the server gives it: before, the browser would show a page of its own and
 * stay there.
 */
export async function reloadWhenServed(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, RELOAD_LOOK_MS));
    const { ok } = await fetch(location.href, { cache: "no-store" }).catch(() => ({ ok: false }));
    if (ok) return location.reload();
  }
}
