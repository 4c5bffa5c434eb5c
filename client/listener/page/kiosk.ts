/** The interval between two checks whether the server delivers the page again. */
const RELOAD_CHECK_MS = 5_000;

/** Sets the page up for a screen without a person: no cursor, no menu, no controls. */
export function beKiosk(): void {
  document.documentElement.dataset.kiosk = "";
  addEventListener("contextmenu", (event) => event.preventDefault());
}

/**
 * Reloads the page once the server delivers it. An earlier reload would leave the browser on its own error
 * page for ever.
 */
export async function reloadWhenServed(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, RELOAD_CHECK_MS));
    const { ok } = await fetch(location.href, { cache: "no-store" }).catch(() => ({ ok: false }));
    if (ok) return location.reload();
  }
}
