/**
 * `npm run bench:failover`: what a killed server and a stopped NATS cost the walls of three
 * servers. Reads from painted pixels when a screen in Chromium is lit again after its own server,
 * and after the host's, was killed; and counts packets while NATS is away for ten seconds. The last
 * line is JSON. Exits with 1 if an aim is missed.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { ClusterNodes } from "../support/cluster-nodes.ts";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { becomesConnected, becomesLit, DARK, openScreen, SMALL, startLiveWall } from "../support/pages.ts";
import { painted, watch } from "../support/painted.ts";
import type { ServerProcess } from "../support/server-process.ts";

const RUNS = 3;
/** How long a screen is watched after the kill, ms. */
const WATCH_MS = 7_000;
/** A wall plays for so long before, ms. */
const SETTLE_MS = 2_500;
const NATS_AWAY_MS = 10_000;
/** Until a screen must be lit after its own server, and after the host's, was killed; ms. */
const LIT_MAX_MS = { ownServer: 3_000, hostsServer: 5_000 } as const;

const cluster = await ClusterNodes.start(2);
const browser = await launchChromium({ kiosk: true });
try {
  const [first, second] = cluster.nodes as [ServerProcess, ServerProcess];
  const litAfterMs: Record<keyof typeof LIT_MAX_MS, number[]> = { ownServer: [], hostsServer: [] };
  for (let run = 0; run < RUNS; run++) {
    for (const whose of ["ownServer", "hostsServer"] as const) {
      const dying = await cluster.add();
      const [ofHost, ofScreen] = whose === "ownServer" ? [first, dying] : [dying, second];
      const { host, code } = await startLiveWall(browser, ofHost.url);
      const screen = await openScreen(browser, ofScreen.url, code, "all", SMALL);
      litAfterMs[whose].push(await litAfterKill(dying, screen));
      await Promise.all([host, screen].map((page) => page.context().close()));
    }
  }
  const withoutNats = await stopNats(first, second);
  process.stdout.write(`${JSON.stringify({ litAfterMs, withoutNats })}\n`);
  const isMissed = (["ownServer", "hostsServer"] as const).some((whose) =>
    litAfterMs[whose].some((ms) => ms > LIT_MAX_MS[whose]),
  );
  process.exitCode = isMissed ? 1 : 0;
} finally {
  await browser.close();
  await cluster.close();
}

/** Kills a server. @returns time until a screen is dark no more, ms; 0 if it never was */
async function litAfterKill(server: ServerProcess, screen: Page): Promise<number> {
  await becomesConnected(screen);
  await becomesLit(screen);
  await delay(SETTLE_MS);
  await watch(screen);
  const killedAt = Date.now();
  await server.stop("SIGKILL");
  await delay(WATCH_MS);
  const frames = await painted(screen);
  const lastDark = frames.findLast(({ at, level }) => at > killedAt && level < DARK);
  return lastDark ? Math.round(lastDark.at - killedAt) : 0;
}

/** Packets of a listener at the host's server and of one at another, while NATS is away and after. */
async function stopNats(here: ServerProcess, there: ServerProcess) {
  const host = await LeanHost.start(here.port, here.udpPort);
  const [near, far] = await Promise.all([here, there].map(({ port }) => LeanListener.join(port, host.code)));
  await delay(SETTLE_MS);
  near!.resetGap();
  const [nearBefore, farBefore] = [near!.packets, far!.packets];
  await cluster.nats.stop();
  await delay(NATS_AWAY_MS);
  const counted = {
    nearPackets: near!.packets - nearBefore,
    nearWorstGapMs: Math.round(near!.worstGap),
    farPackets: far!.packets - farBefore,
  };
  await cluster.nats.start();
  const backAt = performance.now();
  const before = far!.packets;
  while (far!.packets === before) await delay(5);
  const farAgainAfterMs = Math.round(performance.now() - backAt);
  for (const one of [near!, far!]) one.close();
  await host.close();
  return { ...counted, farAgainAfterMs };
}
