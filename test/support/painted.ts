import type { Rgb } from "../../client/light/photometry.ts";
import { levelOfColour, PIXEL } from "./pages.ts";

/** A page that evaluates JavaScript, of Chromium, Firefox or WebKit. */
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
  await screen.evaluate(`(() => {
    if (globalThis.seen) return seen.length = 0;
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
    return 0;
  })()`);
}

/** The frames that a screen has painted since {@link watch}. */
export async function painted(screen: WatchedPage): Promise<Painted[]> {
  return (await framesOf(screen)).map(([at, colour]) => ({ at, level: levelOfColour(colour) }));
}

/** The colours that a screen has painted since {@link watch}, sRGB bytes. */
export async function paintedColours(screen: WatchedPage): Promise<{ at: number; rgb: Rgb }[]> {
  return (await framesOf(screen)).map(([at, colour]) => {
    return { at, rgb: colour.match(/\d+/g)!.map(Number) as unknown as Rgb };
  });
}

async function framesOf(screen: WatchedPage): Promise<[at: number, colour: string][]> {
  return JSON.parse((await screen.evaluate("JSON.stringify(seen)")) as string);
}
