import type { LightMap } from "../../server/protocol/light-map.ts";
import type { ServerMessage } from "../../server/protocol/messages.ts";
import { RTP_PER_MS } from "../../server/protocol/timing.ts";

/** Records what a listener's page and its ear's worker say to each other, in Chromium and Firefox. */

/** A range of a spectrum's bins, from the first up to, not including, the last. */
export interface BinRange {
  readonly first: number;
  readonly end: number;
}

/** What a page's ear has reported and been told. Times `at` are ms since 1970, media times are ms. */
export interface EarLog {
  /** Each moment of the grid: its media time, when the page got it, and the power of each range in dB. */
  readonly heard: [media: number, at: number, ...powersDb: number[]][];
  /** Media times of beats. */
  readonly beats: number[];
  /** Each frame: the media time of its first sample, when it came and which way. */
  readonly arrivals: [media: number, at: number, via: "udp" | "socket"][];
  /** What the page told the ear: when an RTP time is painted, and when it told so. */
  readonly paces: [timestamp: number, paintedAt: number, toldAt: number][];
  /** Gaps that the ear asked the server to fill. */
  readonly asked: [from: number, to: number][];
  /** The light maps that the page got, in their order. */
  readonly maps: LightMap[];
}

/**
 * Keeps an {@link EarLog} in the page's global `earLog`. Runs in the page before its own scripts, so it uses
 * nothing from outside.
 * @param ranges the ranges whose power is kept for each moment
 */
export function watchEar(ranges: readonly BinRange[]): void {
  const log: EarLog = { heard: [], beats: [], arrivals: [], paces: [], asked: [], maps: [] };
  Object.assign(globalThis, { earLog: log });
  const now = () => performance.timeOrigin + performance.now();
  const power = (spectrum: Float32Array, { first, end }: BinRange) => {
    let sum = 0;
    for (let bin = first; bin < end; bin++) sum += Math.exp(spectrum[bin]! * (Math.LN10 / 10));
    // Of silence too, which JSON could not carry.
    return 10 * Math.log10(sum + 1e-30);
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return;
        const message = JSON.parse(data) as ServerMessage;
        if (message.type === "joined") log.maps.push(...message.maps);
        else if (message.type === "light-map") log.maps.push(message.map);
      });
    }
  };
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }) => {
        const at = now();
        if (data.type === "heard") {
          for (const { media, spectrum } of data.heard) {
            log.heard.push([media, at, ...ranges.map((range) => power(spectrum, range))]);
          }
          log.beats.push(...data.beats);
        } else if (data.type === "arrival") {
          log.arrivals.push([data.arrival.media, data.arrival.at, data.arrival.via]);
        } else if (data.type === "missing") {
          for (const { from, to } of data.gaps) log.asked.push([from, to]);
        }
      });
    }

    override postMessage(message: unknown, options?: StructuredSerializeOptions | Transferable[]): void {
      const { type, pace } = message as { type: string; pace: { timestamp: number; at: number } };
      if (type === "pace") log.paces.push([pace.timestamp, pace.at, now()]);
      super.postMessage(message, options as StructuredSerializeOptions);
    }
  };
}

/** The same as a script. */
export function watchEarScript(ranges: readonly BinRange[]): string {
  return `(${watchEar})(${JSON.stringify(ranges)});`;
}

/** Reads a page's log. As text, because browsers' protocols take seconds for this many values one by one. */
export async function readEarLog(page: { evaluate(script: string): Promise<unknown> }): Promise<EarLog> {
  return JSON.parse((await page.evaluate("JSON.stringify(earLog)")) as string);
}

/**
 * A function from a media time to the time at which the page paints it, ms since 1970, by what the page knew
 * shortly before. Media times are to be asked for in their order.
 */
export function paintTimes({ paces }: EarLog): (media: number) => number {
  let index = 0;
  const by = ([timestamp, paintedAt]: EarLog["paces"][number], media: number) =>
    paintedAt + ((Math.round(media * RTP_PER_MS) - timestamp) | 0) / RTP_PER_MS;
  return (media) => {
    for (let next = paces[index + 1]; next && next[2] <= by(next, media); next = paces[index + 1]) index++;
    const pace = paces[index];
    return pace ? by(pace, media) : Number.NaN;
  };
}
