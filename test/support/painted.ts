import { levelOfColour, PIXEL } from "./pages.ts";

/** A page that runs JavaScript: Chromium's and Firefox's alike. */
export interface WatchedPage {
  evaluate(expression: string): Promise<unknown>;
}

/** A painted frame. */
export interface Painted {
  /**
   * When the frame began by the machine's clock, which all its pages share; ms as `Date.now()` counts them.
   */
  at: number;
  level: number;
}

/** Begins to note every painted frame of a screen, or begins anew. */
export async function watch(screen: WatchedPage): Promise<void> {
  await screen.evaluate(`if (globalThis.seen) seen.length = 0;
  else {
    globalThis.seen = [];
    const { port1, port2 } = new MessageChannel();
    let at = 0;
    // A task after the frame's callbacks: what the page has painted in this frame is there.
    port2.onmessage = () => seen.push([at, ${PIXEL}]);
    requestAnimationFrame(function look(now) {
      at = Date.now() - performance.now() + now;
      port1.postMessage(0);
      requestAnimationFrame(look);
    });
  }`);
}

/** What a screen has painted since {@link watch}. */
export async function painted(screen: WatchedPage): Promise<Painted[]> {
  const frames = JSON.parse((await screen.evaluate("JSON.stringify(seen)")) as string) as [number, string][];
  return frames.map(([at, colour]) => ({ at, level: levelOfColour(colour) }));
}
