import { levelOfColour, PIXEL } from "./pages.ts";

/** A page that evaluates JavaScript, of Chromium or Firefox. */
export interface WatchedPage {
  evaluate(expression: string): Promise<unknown>;
}

/** A painted frame. */
export interface Painted {
  /** Start of the frame by the machine's clock, ms as of `Date.now()`. */
  at: number;
  level: number;
}

/** Starts to record the painted frames of a screen, or starts again. */
export async function watch(screen: WatchedPage): Promise<void> {
  await screen.evaluate(`if (globalThis.seen) seen.length = 0;
  else {
    globalThis.seen = [];
    const { port1, port2 } = new MessageChannel();
    let at = 0;
    // This task runs after the callbacks of the frame, when the page has painted.
    port2.onmessage = () => seen.push([at, ${PIXEL}]);
    requestAnimationFrame(function record(now) {
      at = Date.now() - performance.now() + now;
      port1.postMessage(0);
      requestAnimationFrame(record);
    });
  }`);
}

/** The frames that a screen has painted since {@link watch}. */
export async function painted(screen: WatchedPage): Promise<Painted[]> {
  const frames = JSON.parse((await screen.evaluate("JSON.stringify(seen)")) as string) as [number, string][];
  return frames.map(([at, colour]) => ({ at, level: levelOfColour(colour) }));
}
