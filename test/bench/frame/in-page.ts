/** What a page notes of what it paints. Given to pages as it is: it uses nothing from outside. */

/** A picture that was painted, made small: brightness of each point, 0..255. */
export interface Thumbnail {
  /** When its frame began, ms as `Date.now()` counts them. */
  at: number;
  light: number[];
}

/** What a page keeps for the bench, as `watched`. */
export interface Watched {
  film: Thumbnail[];
  filming: boolean;
}

/**
 * Prepares a page, from its start on.
 *
 * @param loadMs beside its own work, each frame takes at least so long, ms
 */
export function watchFrames(size: { width: number; height: number; loadMs: number }): void {
  const watched: Watched = { film: [], filming: false };
  Object.assign(globalThis, { watched });
  const pen = new OffscreenCanvas(size.width, size.height).getContext("2d", { willReadFrequently: true })!;
  const take = (at: number): void => {
    const look = document.querySelector<HTMLCanvasElement>(".look");
    if (!look || look.hidden) return;
    pen.drawImage(look, 0, 0, size.width, size.height);
    const { data } = pen.getImageData(0, 0, size.width, size.height);
    const light = Array.from(
      { length: data.length / 4 },
      (_, n) => data[4 * n]! + data[4 * n + 1]! + data[4 * n + 2]!,
    );
    watched.film.push({ at, light });
  };
  const request = globalThis.requestAnimationFrame;
  globalThis.requestAnimationFrame = (callback) =>
    request((now) => {
      const began = performance.now();
      callback(now);
      if (watched.filming) take(performance.timeOrigin + now);
      while (performance.now() - began < size.loadMs);
    });
}
