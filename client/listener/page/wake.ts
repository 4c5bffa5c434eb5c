/** The wait before another lock when the system has released one. */
const RELOCK_MS = 60_000;

/** Keeps the screen on from now on, if the browser can (W3C Screen Wake Lock). */
export function keepAwake(): void {
  // The browser releases a lock when the page is hidden.
  document.addEventListener("visibilitychange", lock);
  lock();
}

let held: WakeLockSentinel | undefined;

async function lock(): Promise<void> {
  if (document.hidden || !navigator.wakeLock || held?.released === false) return;
  try {
    held = await navigator.wakeLock.request("screen");
    // The system may release it while the page is visible, for instance when the battery is low.
    held.onrelease = () => setTimeout(lock, RELOCK_MS);
  } catch {
    // Refused: the screen turns off as the system is set to do.
  }
}

/** Whether the browser can show the page in full screen. iPhones cannot. */
export function canFillScreen(): boolean {
  return document.fullscreenEnabled === true;
}

/** Shows the page in full screen, if the browser can and allows it. Call it in a handler of a press. */
export function fillScreen(): void {
  if (canFillScreen() && !document.fullscreenElement) {
    document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
  }
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  else fillScreen();
}
