import { found } from "../words/en/check.ts";
import type { Result } from "./result.ts";

/** Animation frames that are counted. */
const FRAMES = 40;
/** After this many ms without them the page is hidden, and nothing is known. */
const FRAMES_MAX_MS = 3_000;
/** Fewer pictures a second than this make light visibly late. */
const RATE_MIN = 45;

/** What this browser and this device can do; nothing of it needs the network. */
export async function checkDevice(): Promise<Result[]> {
  return [decoder(), awake(), secure(), fullScreen(), await refresh(), motion()];
}

function decoder(): Result {
  const t = found();
  if ("AudioDecoder" in window) return { name: "decoder", level: "ok", what: t.byBrowser };
  if ("WebAssembly" in window) return { name: "decoder", level: "ok", what: t.byWasm };
  return { name: "decoder", level: "bad", what: t.byNothing, advice: "byNothing" };
}

function awake(): Result {
  const t = found();
  if ("wakeLock" in navigator) return { name: "awake", level: "ok", what: t.byLock };
  if ("captureStream" in HTMLCanvasElement.prototype) {
    return { name: "awake", level: "note", what: t.byVideo, advice: "byVideo" };
  }
  return { name: "awake", level: "note", what: t.notByPage, advice: "notByPage" };
}

function secure(): Result {
  const t = found();
  if (isSecureContext) return { name: "secure", level: "ok", what: t.yes };
  return { name: "secure", level: "note", what: t.no, advice: "insecure" };
}

function fullScreen(): Result {
  const t = found();
  const isThere = "requestFullscreen" in document.documentElement && document.fullscreenEnabled;
  // An installed page has the whole screen by itself.
  if (isThere || matchMedia("(display-mode: standalone), (display-mode: fullscreen)").matches) {
    return { name: "fullScreen", level: "ok", what: t.yes };
  }
  return { name: "fullScreen", level: "note", what: t.no, advice: "noFullScreen" };
}

async function refresh(): Promise<Result> {
  const t = found();
  const rate = await new Promise<number | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), FRAMES_MAX_MS);
    const times: number[] = [];
    requestAnimationFrame(function count(time) {
      times.push(time);
      if (times.length <= FRAMES) requestAnimationFrame(count);
      else resolve(rateOf(times));
    });
  });
  if (rate === undefined) return { name: "refresh", level: "note", what: t.unknown };
  const what = t.about({ number: rate });
  return rate >= RATE_MIN
    ? { name: "refresh", level: "ok", what }
    : { name: "refresh", level: "note", what, advice: "slow" };
}

/** Of the median interval: the page has other work meanwhile. */
function rateOf(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, n) => time - times[n]!);
  gaps.sort((a, b) => a - b);
  return Math.round(1_000 / gaps[gaps.length >> 1]!);
}

function motion(): Result {
  const t = found();
  const isLess = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return { name: "motion", level: isLess ? "note" : "ok", what: isLess ? t.less : t.full };
}
