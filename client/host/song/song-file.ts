import { songProblems } from "../../words/en/song.ts";
import { SongProblem } from "./song-problem.ts";

/** Called with the share that is fetched, 0..1, and with undefined while the browser reads the file. */
export type Progress = (fetched: number | undefined) => void;

export const DEMO_URL = "/demo-song.mp3";

/** The longest wait for a browser that reports neither success nor an error for a file. */
const TIMEOUT_MS = 20_000;

/**
 * Fetches the demo song.
 * @throws SongProblem if the server does not send it; the signal's reason if it is aborted
 */
export async function fetchDemo(progress: Progress, signal: AbortSignal): Promise<File> {
  try {
    const blob = await fetchBlob(DEMO_URL, progress, signal);
    return new File([blob], DEMO_URL.slice(1), { type: blob.type });
  } catch (cause) {
    signal.throwIfAborted();
    throw new SongProblem(songProblems().demoMissing, { cause });
  } finally {
    progress(undefined);
  }
}

/** Releases a song's element and its file. */
export function unload(element: HTMLAudioElement): void {
  const url = element.src;
  element.pause();
  element.removeAttribute("src");
  element.load();
  URL.revokeObjectURL(url);
}

/**
 * Opens a file for playing. The element streams from the file and decodes nothing ahead, so a song of two
 * hours takes no more memory than a short one.
 * @throws SongProblem if the browser cannot play it; the signal's reason if it is aborted
 */
export function canPlay(blob: Blob, name: string, signal: AbortSignal): Promise<HTMLAudioElement> {
  const problem = songProblems().unplayable({ file: name });
  const element = new Audio();
  element.preload = "auto";
  element.src = URL.createObjectURL(blob);
  const { promise, resolve, reject } = Promise.withResolvers<HTMLAudioElement>();
  const settled = new AbortController();
  const on = { signal: settled.signal };
  const fail = (reason: unknown) => {
    unload(element);
    reject(reason);
  };
  const timer = setTimeout(() => fail(new SongProblem(problem)), TIMEOUT_MS);
  element.addEventListener("canplay", () => resolve(element), on);
  element.addEventListener("error", () => fail(new SongProblem(problem, { cause: element.error })), on);
  signal.addEventListener("abort", () => fail(signal.reason), on);
  return promise.finally(() => {
    clearTimeout(timer);
    settled.abort();
  });
}

async function fetchBlob(url: string, progress: Progress, signal: AbortSignal): Promise<Blob> {
  progress(0);
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const total = Number(response.headers.get("content-length"));
  let read = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read += chunk.byteLength;
        progress(total > 0 ? Math.min(read / total, 1) : undefined);
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted, { headers: response.headers }).blob();
}
