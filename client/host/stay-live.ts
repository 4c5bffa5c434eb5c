import { effect } from "@preact/signals";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";

/**
 * Protects a live broadcast from what would end it by accident: the system's sleep, by a lock (W3C Screen
 * Wake Lock), and a tab that is closed or left, by the browser's question. Is called once.
 */
export function stayLive(song: Song, broadcast: HostBroadcast): void {
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  const isLive = () => broadcast.onAir.peek() === "live";
  const hold = () => {
    if (document.hidden || !isLive()) return;
    // Browsers have it on secure origins only, and refuse it when the battery is low.
    lock = navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  effect(() => {
    if (broadcast.onAir.value === "live") hold();
    else {
      void lock?.then((held) => held?.release());
      lock = undefined;
    }
  });
  // The browser releases the lock of a hidden page.
  document.addEventListener("visibilitychange", hold);
  addEventListener("beforeunload", (event) => {
    if (isLive() && song.playing.peek()) event.preventDefault();
  });
}
