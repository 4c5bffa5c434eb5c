import type { Browser, Page } from "playwright-core";
import { BLOCKS } from "./film-host.ts";

/** What a screen showed from a time on. */
export interface Showed {
  /** Time of the animation frame, ms of a clock that all pages of a machine share. */
  at: number;
  /** The picture's number; -1 if none can be read. */
  number: number;
  /** Which quarter of the picture. */
  quarter: number;
}

/** Global variables of a screen's page. */
interface Reader {
  showed?: Showed[] | undefined;
  connections?: RTCPeerConnection[];
}

/**
 * Opens a screen that reads the number of the picture that it shows.
 * @param whole whether it shows the whole picture, and not a quarter
 * @param plain whether it has no WebGL
 * @param without global variables that its browser lacks
 */
export async function openReader(
  browser: Browser,
  address: string,
  { whole = false, plain = false, without = [] as readonly string[], size = { width: 160, height: 90 } } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  await page.addInitScript(
    ({ blocks, whole, plain, without }) => {
      for (const name of without) delete (globalThis as unknown as Record<string, unknown>)[name];
      const scope = globalThis as unknown as Reader;
      const connections: RTCPeerConnection[] = [];
      scope.connections = connections;
      globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
        construct(target, given: [RTCConfiguration]) {
          const made = new target(...given);
          connections.push(made);
          return made;
        },
      });
      const [columns, rows] = whole ? [2 * blocks.across, 2 * blocks.down] : [blocks.across, blocks.down];
      if (plain) {
        const get = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
        HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
          return args[0] === "webgl2" ? null : get.apply(this, args);
        } as typeof HTMLCanvasElement.prototype.getContext;
      }
      // Four pixels a block, so that the middle of a block is its own.
      const small = new OffscreenCanvas(columns * 4, rows * 4);
      const pen = small.getContext("2d", { willReadFrequently: true })!;
      const request = globalThis.requestAnimationFrame;
      // Reads in the task that paints: afterwards a WebGL canvas is empty.
      globalThis.requestAnimationFrame = (callback) =>
        request((now) => {
          const at = performance.timeOrigin + performance.now();
          callback(now);
          const canvas = document.querySelector<HTMLCanvasElement>(".look");
          const { showed } = scope;
          if (!showed) return;
          if (!canvas || canvas.hidden) {
            showed.push({ at, number: -1, quarter: -1 });
            return;
          }
          pen.drawImage(canvas, 0, 0, small.width, small.height);
          const { data } = pen.getImageData(0, 0, small.width, small.height);
          let bits = 0;
          for (let n = 0; n < 16; n++) {
            const [x, y] = [(n % blocks.across) * 4 + 2, Math.floor(n / blocks.across) * 4 + 2];
            if (data[4 * (y * small.width + x) + 1]! > 127) bits |= 1 << n;
          }
          let parity = 0;
          for (let n = 0; n < 16; n++) parity ^= (bits >> n) & 1;
          const isRead = parity === 0;
          showed.push({ at, number: isRead ? bits & 4_095 : -1, quarter: (bits >> 12) & 3 });
        });
    },
    { blocks: BLOCKS, whole, plain, without },
  );
  await page.goto(address);
  return page;
}

/** Records what screens show for `ms`. */
export async function record(screens: readonly Page[], ms: number): Promise<Showed[][]> {
  return Promise.all(
    screens.map((screen) =>
      screen.evaluate(async (ms) => {
        const scope = globalThis as unknown as Reader;
        const showed: Showed[] = [];
        scope.showed = showed;
        await new Promise((resolve) => setTimeout(resolve, ms));
        scope.showed = undefined;
        return showed;
      }, ms),
    ),
  );
}

/** How far apart screens were. */
export interface Skew {
  /** Moments at which all screens painted. */
  instants: number;
  /** Share of them at which no two screens were more than one picture apart. */
  within: number;
  /** Share of them at which all showed the same picture. */
  same: number;
  /** Pictures that were painted. */
  pictures: number;
  /** How far each screen was behind the first one in the mean, in pictures. */
  behind: number[];
}

/** Paints that are no further apart count as of the same moment, ms: one frame of a display. */
const TOGETHER_MS = 1_000 / 60;

/**
 * Compares what screens painted at the same moments. A machine that is too busy to paint often has fewer of
 * these, and is not taken for one that shows wrong pictures.
 */
export function skewOf([first, ...others]: readonly (readonly Showed[])[]): Skew {
  let [instants, within, same] = [0, 0, 0];
  const behind = others.map(() => 0);
  for (const { at, number } of first!) {
    const together = others.map((showed) => nearest(showed, at));
    if (together.some((other) => !other || Math.abs(other.at - at) > TOGETHER_MS)) continue;
    const numbers = [number, ...together.map((other) => other!.number)];
    instants += 1;
    const apart = numbers.includes(-1) ? Infinity : Math.max(...numbers) - Math.min(...numbers);
    if (apart <= 1) within += 1;
    if (apart === 0) same += 1;
    for (const [n, other] of together.entries()) behind[n]! += number - other!.number;
  }
  const pictures = new Set(first!.map(({ number }) => number)).size;
  return {
    instants,
    within: within / instants,
    same: same / instants,
    pictures,
    behind: behind.map((n) => n / instants),
  };
}

/**
 * Share of all times, 10 ms apart, at which what screens had painted last was no more than one picture apart.
 */
export function heldWithin(all: readonly (readonly Showed[])[]): number {
  const from = Math.max(...all.map((showed) => showed[0]!.at));
  const to = Math.min(...all.map((showed) => showed[showed.length - 1]!.at));
  let [instants, within] = [0, 0];
  for (let time = from; time < to; time += 10) {
    const numbers = all.map((showed) => showed.findLast(({ at }) => at <= time)!.number);
    instants += 1;
    if (!numbers.includes(-1) && Math.max(...numbers) - Math.min(...numbers) <= 1) within += 1;
  }
  return within / instants;
}

function nearest(showed: readonly Showed[], time: number): Showed | undefined {
  let best = showed[0];
  for (const one of showed) if (Math.abs(one.at - time) < Math.abs(best!.at - time)) best = one;
  return best;
}
