import { song, songProblems } from "../../words/en/song.ts";
import { songTitle } from "../ui/format.ts";

/** A song that is ready to play. */
export interface LoadedSong {
  title: string;
  file: Blob;
  element: HTMLAudioElement;
}

/** Called with the share that is fetched, 0..1, and with undefined while the browser reads the file. */
export type Progress = (fetched: number | undefined) => void;

export const DEMO_URL = "/demo-song.mp3";

/** The longest wait for a browser that reports neither success nor an error for a file. */
const TIMEOUT_MS = 20_000;

/** A text for the host: which file, what is wrong, what to do. */
export class SongProblem extends Error {}

/**
 * Opens a file as a song. The element streams from the file and decodes nothing ahead, so a song of two hours
 * takes no more memory than a short one.
 * @throws SongProblem if the file is empty or not audio; the signal's reason if it is aborted
 */
export async function loadFile(file: File, signal: AbortSignal): Promise<LoadedSong> {
  if (file.size === 0) throw new SongProblem(songProblems().empty({ file: file.name }));
  const problem = songProblems().unplayable({ file: file.name });
  return { title: songTitle(file.name), file, element: await canPlay(file, problem, signal) };
}

/**
 * Fetches the demo song.
 * @throws SongProblem if the server does not send it; the signal's reason if it is aborted
 */
export async function loadDemo(progress: Progress, signal: AbortSignal): Promise<LoadedSong> {
  const problem = songProblems().demoMissing;
  const blob = await fetchBlob(DEMO_URL, progress, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new SongProblem(problem, { cause: error });
  });
  progress(undefined);
  return { title: song().demoTitle, file: blob, element: await canPlay(blob, problem, signal) };
}

/** Releases a song's element and its file. */
export function unload(element: HTMLAudioElement): void {
  const url = element.src;
  element.pause();
  element.removeAttribute("src");
  element.load();
  URL.revokeObjectURL(url);
}

function canPlay(blob: Blob, problem: string, signal: AbortSignal): Promise<HTMLAudioElement> {
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
