/** The interval between two checks whether the server delivers the page again. */
const RELOAD_CHECK_MS = 5_000;

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

// Nobody attends to a menu.
addEventListener("contextmenu", (event) => event.preventDefault());
