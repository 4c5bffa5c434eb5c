import type { Page } from "playwright-core";

/** How often a song's place is read, ms. */
const READ_MS = 50;

/** Where a song was, and when: both in ms. */
type SongPlace = readonly [place: number, at: number];

/**
 * Keeps the places of the song that began last in the page's global `songPlaces`. Runs in the page before its
 * own scripts, so it gets its constant as its argument.
 */
function watch(readMs: number): void {
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const places: SongPlace[] = [];
    Object.assign(globalThis, { songPlaces: places });
    const timer = setInterval(() => {
      if (this.ended) clearInterval(timer);
      else if (!this.paused && this.currentTime > 0)
        places.push([this.currentTime * 1_000, performance.now()]);
    }, readMs);
    return play.call(this);
  };
}

/** Watches from its next load on how evenly a console plays its songs. */
export async function watchSong(host: Page): Promise<void> {
  await host.addInitScript(watch, READ_MS);
}

/** For how long the song that began last has stood still while it played, ms. */
export async function songStalledMs(host: Page): Promise<number> {
  const places = await host.evaluate<SongPlace[]>("songPlaces");
  const lags = places.map(([place, at]) => at - place);
  return Math.max(...lags) - Math.min(...lags);
}
