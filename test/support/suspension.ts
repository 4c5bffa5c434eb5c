import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import {
  becomesConnected,
  becomesLit,
  goLive,
  newDevice,
  openScreen,
  read,
  SMALL,
  startWall,
} from "./pages.ts";
import { ServerProcess } from "./server-process.ts";
import { CLICK_INTERVAL_MS, clicks } from "./songs.ts";

/** What is suspended. */
export type Sleeper = "host" | "screen" | "server";

/** Lit pixels above this count as a click; both screens have the same palette. */
const CLICK_LEVEL = 150;
/** How long screens are watched after the wake at most, and how often they are asked. */
const WATCH_MS = 40_000;
const LOOK_MS = 2_000;
/** Screens whose clicks are this close together are in step: three frames. */
const IN_STEP_MS = 50;
/** So many clicks in turn tell it, by their median: a busy machine paints some of them late. */
const CLICKS_IN_TURN = 5;

/** JavaScript that notes the times of the clicks that a screen shows, and its states. */
const WATCH = `(() => {
  globalThis.clicks = [];
  globalThis.states = [];
  const pen = document.getElementById("light").getContext("2d");
  let wasLit = true;
  const look = () => {
    const lit = Math.max(...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)) > ${CLICK_LEVEL};
    if (lit && !wasLit) clicks.push(Date.now());
    wasLit = lit;
    requestAnimationFrame(look);
  };
  look();
  const { dataset } = document.documentElement;
  new MutationObserver(() => states.push(dataset.state))
    .observe(document.documentElement, { attributeFilter: ["data-state"] });
})()`;

export interface Suspension {
  /**
   * From the wake to the first click that both screens show at the same time, as those after it; ms. Infinite
   * if they do not within {@link WATCH_MS}.
   */
  inStepMs: number;
  /** How far apart the clicks of the two are then, as a median; ms. */
  apartMs: number;
  /** The tiles of the console, of which each is a screen. */
  tiles: number;
  /** Listeners that the server counts. */
  listeners: number;
  /** What the two screens have said since the beginning. */
  states: readonly string[];
  /** What the host's page is: `live`. */
  host: string;
}

/** Suspends one of a live wall's processes for a while, and watches two screens, each in its own browser. */
export async function suspend(sleeper: Sleeper, sleepMs: number): Promise<Suspension> {
  const known = new Set(childrenOf(process.pid));
  const launched = async (): Promise<[Browser, number[]]> => {
    const browser = await launchChromium({ kiosk: true });
    const own = childrenOf(process.pid).filter((pid) => !known.has(pid));
    for (const pid of own) known.add(pid);
    return [browser, own];
  };
  const server = await ServerProcess.start();
  known.add(server.pid!);
  const [hosts, hostPids] = await launched();
  const [screens, screenPids] = await launched();
  try {
    const { host, code } = await startWall(await newDevice(hosts), server.url);
    await host.getByTestId("file").setInputFiles(clicks(40));
    await host.getByTestId("loop").click();
    await goLive(host);
    const pages = [
      await openScreen(screens, server.url, code, "all", SMALL),
      await openScreen(hosts, server.url, code, "all", SMALL),
    ] as const;
    for (const page of pages) {
      await becomesLit(page);
      await becomesConnected(page);
      await read(page, WATCH);
    }
    const roots = { host: hostPids, screen: screenPids, server: [server.pid!] }[sleeper];
    const asleep = roots.flatMap(withDescendants);
    for (const pid of asleep) process.kill(pid, "SIGSTOP");
    await delay(sleepMs);
    for (const pid of asleep) process.kill(pid, "SIGCONT");
    const wokenAt = Date.now();
    for (;;) {
      await delay(LOOK_MS);
      const found = await seen(server, host, pages, wokenAt);
      if (Number.isFinite(found.inStepMs) || Date.now() - wokenAt > WATCH_MS) return found;
    }
  } finally {
    await Promise.all([hosts.close(), screens.close()]);
    await server.close();
  }
}

async function seen(
  server: ServerProcess,
  host: Page,
  pages: readonly [Page, Page],
  wokenAt: number,
): Promise<Suspension> {
  const [one, other] = await Promise.all(pages.map((page) => read<string>(page, "JSON.stringify(clicks)")));
  const since = (text: string) => (JSON.parse(text) as number[]).filter((at) => at > wokenAt);
  const [a, b] = [since(one!), since(other!)];
  const apart = (at: number) => Math.min(...b.map((other) => Math.abs(other - at)), CLICK_INTERVAL_MS);
  const apartFrom = (n: number) =>
    a
      .slice(n, n + CLICKS_IN_TURN)
      .map(apart)
      .sort((one, other) => one - other)[(CLICKS_IN_TURN - 1) / 2] ?? CLICK_INTERVAL_MS;
  const first = a.findIndex((at, n) => apart(at) <= IN_STEP_MS && apartFrom(n) <= IN_STEP_MS);
  const states = await Promise.all(pages.map((page) => read<string>(page, "states.join()")));
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return {
    inStepMs: (a[first] ?? Number.POSITIVE_INFINITY) - wokenAt,
    apartMs: apartFrom(first),
    tiles: await host.locator(".screen").count(),
    listeners: Number(/^lightwall_listeners(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1]),
    states: states.flatMap((text) => text.split(",").filter(Boolean)),
    host: await read<string>(host, "document.documentElement.dataset.state"),
  };
}

function withDescendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(withDescendants)];
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The parent follows the name, which may contain anything, and the state (proc(5)).
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1]) === parent;
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
