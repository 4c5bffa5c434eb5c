/** After the system has taken the lock away, ms. */
const RELOCK_MS = 60_000;

/** Keeps the screen awake from now on, where the browser can; without it, the system's own timeout rules. */
export function keepAwake(): void {
  // A lock ends whenever the page is hidden.
  document.addEventListener("visibilitychange", lock);
  lock();
}

let held: WakeLockSentinel | undefined;

async function lock(): Promise<void> {
  if (document.hidden || !navigator.wakeLock || held?.released === false) return;
  try {
    held = await navigator.wakeLock.request("screen");
    // The system may take it away while the page is seen, as when power is low.
    held.onrelease = () => setTimeout(lock, RELOCK_MS);
  } catch {
    // Refused: the system's own timeout rules.
  }
}

/** False on iPhones; there a page on the home screen opens without the browser's bars. */
export function canFillScreen(): boolean {
  return document.fullscreenEnabled === true;
}

/** Must be called in a gesture; refused or impossible, nothing happens. */
export function fillScreen(): void {
  if (canFillScreen() && !document.fullscreenElement) {
    document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
  }
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  else fillScreen();
}
