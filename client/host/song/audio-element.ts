import { SongProblem } from "./song-problem.ts";

/** The longest wait for a browser that reports neither success nor an error for a file. */
const TIMEOUT_MS = 20_000;

/**
 * Opens a song in an element, which for a film is one of video. The element streams from the Blob and decodes
 * nothing ahead, so a song of two hours takes no more memory than a short one. It is ready when its duration
 * is known: an iPhone loads sound only when it is to be played, so the event `canplay` may not come before.
 * @throws SongProblem with the given text if the browser cannot play it; the signal's reason if it is aborted
 */
export function openElement(
  blob: Blob,
  problem: string,
  signal: AbortSignal,
  isFilm = false,
): Promise<HTMLMediaElement> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const element = isFilm ? filmElement() : new Audio();
  element.preload = "auto";
  element.src = URL.createObjectURL(blob);
  const { promise, resolve, reject } = Promise.withResolvers<HTMLMediaElement>();
  const settled = new AbortController();
  const on = { signal: settled.signal };
  const fail = (reason: unknown) => {
    unload(element);
    reject(reason);
  };
  const timer = setTimeout(() => fail(new SongProblem(problem)), TIMEOUT_MS);
  element.addEventListener("loadedmetadata", () => resolve(element), on);
  element.addEventListener("error", () => fail(new SongProblem(problem, { cause: element.error })), on);
  signal.addEventListener("abort", () => fail(signal.reason), on);
  return promise.finally(() => {
    clearTimeout(timer);
    settled.abort();
  });
}

function filmElement(): HTMLVideoElement {
  const element = document.createElement("video");
  // Otherwise an iPhone shows it over the whole page.
  element.playsInline = true;
  return element;
}

/** Releases a song's element and its file. */
export function unload(element: HTMLMediaElement): void {
  const url = element.src;
  element.pause();
  element.removeAttribute("src");
  element.load();
  URL.revokeObjectURL(url);
}
