import { songProblems } from "../../words/en/song.ts";
import { SongProblem } from "./song-problem.ts";

/** Called with the share that is fetched, 0..1, and with undefined while the browser reads the file. */
export type Progress = (fetched: number | undefined) => void;

export const DEMO_URL = "../demo-song.mp3";

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
