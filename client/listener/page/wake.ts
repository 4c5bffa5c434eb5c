import { byId } from "./element.ts";
import { restWhenIdle } from "./rest.ts";

/** The wait before another lock when the system has released one. */
const RELOCK_MS = 60_000;

/**
 * Keeps the screen on from now on, as well as the browser can: by a lock (W3C Screen Wake Lock), or by a
 * video where there is none, as on plain http. Where nothing does, the controls say so.
 */
export function keepAwake(): void {
  restWhenIdle();
  const keep = navigator.wakeLock ? lock : play;
  // The browser releases a lock, and may pause a video, when the page is hidden.
  document.addEventListener("visibilitychange", keep);
  // WebKit gives both to a person's tap only (WakeLock::request in WebKit's WakeLock.cpp). This listener
  // comes before those that ask for full screen, which uses the tap up (HTML, "consume user activation").
  addEventListener("click", keep, true);
  addEventListener("keydown", keep, true);
  void keep();
}

let held: WakeLockSentinel | undefined;
let video: typeof import("./silent-video.ts") | undefined;

async function lock(): Promise<void> {
  if (document.hidden || held) return;
  try {
    held = await navigator.wakeLock.request("screen");
    // The system may release it while the page is visible, for instance when the battery is low.
    held.onrelease = () => {
      held = undefined;
      setTimeout(lock, RELOCK_MS);
    };
    tell(true);
  } catch {
    // Refused: the screen turns off as the system is set to do.
    if (!held) tell(document.hidden);
  }
}

async function play(): Promise<void> {
  if (document.hidden) return;
  // Loaded before a tap, which a video must begin in: no time passes here then.
  video ??= await import("./silent-video.ts");
  tell(await video.playSilently());
}

function tell(isKeptOn: boolean): void {
  byId("sleeps").hidden = isKeptOn;
}
