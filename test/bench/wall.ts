import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { ClusterNodes, IN_ANOTHER_TIME } from "../support/cluster-nodes.ts";
import { commonNow, readPageClock } from "../support/common-clock.ts";
import { goLive, playSong, startWall, turnSafetyOff } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { clickingSong, climbingSong, isLit, type Lag, lagsOf, levelOfDb } from "../support/time-song.ts";
import { type HostLog, watchHost } from "../support/watch-pages.ts";
import { traceFrames } from "./frame/trace.ts";
import { Blocker, occupy } from "./wall/burden.ts";
import {
  DRIFT_REACH_MS,
  type Drift,
  drifts,
  frameRate,
  medianLead,
  onsetSkews,
  percentile,
  skews,
  standings,
  worstSteps,
} from "./wall/figures.ts";
import { Links, SCREENS, WORSE } from "./wall/links.ts";
import { closeScreens, logsOf, newPage, Screens } from "./wall/screens.ts";

/**
 * `npm run bench:wall`: measures how well the screens of a wall are in step. One host and six screens run in
 * Chromium, each screen behind a bad link of its own. The level of a screen is read from its painted pixel,
 * the time from the monotonic clock of the machine. The last line is JSON.
 *
 * `npm run bench:wall -- plain-http` opens the screens by a name that is not localhost, as phones do.
 * `npm run bench:wall -- burdened` also slows down all screens' pages, and other work occupies the processor.
 * `npm run bench:wall -- two-servers` connects half of the screens to another server, whose clock is another.
 */

/** The aim of `skewP95Ms` in each condition, ms. */
const SKEW_MAX_MS = { secure: 2, "plain-http": 2, burdened: 4, "two-servers": 3 } as const;

const CONDITIONS = ["secure", "plain-http", "burdened", "two-servers"] as const;
const condition = CONDITIONS.find((name) => name === (process.argv[2] ?? "secure"));
if (!condition) throw new Error(`The condition must be one of ${CONDITIONS.join(", ")}.`);

/** A name of this machine that browsers do not take for a secure origin. */
const PLAIN_NAME = "wall.test";

const SETTLE_MS = 10_000;
const MEASURE_MS = 15_000;
const LATE_MS = 6_000;
const WORSE_MS = 12_000;
/** Fifty clicks: with fewer, the 95th percentile would be nearly the maximum. */
const CLICKS_MS = 40_000;
/** Pause before the next phase is measured. */
const CALM_MS = 3_000;
const TRACE_MS = 4_000;
/** How far apart screens may be that count as in step. */
const IN_STEP_MS = 10;

const folder = mkdtempSync(join(tmpdir(), "lightwall-screens-"));
const climbs = join(folder, "climbs.wav");
const clicks = join(folder, "clicks.wav");
writeFileSync(climbs, climbingSong(300));
writeFileSync(clicks, clickingSong(60));

const log = (text: string) => process.stderr.write(`${text}\n`);
const links = new Links();

// The second server's clock is ahead by 5,000 s, as that of a machine that was started earlier.
const cluster = condition === "two-servers" ? await ClusterNodes.start(1) : undefined;
const second = await cluster?.add({}, IN_ANOTHER_TIME);
const server = cluster?.nodes[0] ?? (await ServerProcess.start());
const browser = await launchChromium({ kiosk: true, plainName: PLAIN_NAME });
const isSecure = condition === "secure" || condition === "two-servers";
const screenBase = isSecure ? server.url : `http://${PLAIN_NAME}:${server.port}`;
const busy = condition === "burdened" ? occupy() : [];
const blocker = condition === "burdened" ? await Blocker.start() : undefined;
const servers = second ? [server, second] : [server];
try {
  // The bench adds an audio worklet of its own, which the page's content security policy would refuse.
  const host = await newPage(browser, { bypassCSP: true, viewport: { width: 1_280, height: 800 } });
  await host.addInitScript(watchHost);
  const { code } = await startWall(host, server.url);
  const wall = new Screens({ browser, links, servers, url: `${screenBase}/w/${code}`, blocker });
  await playSong(host, climbs);
  // The loudspeaker's loudness is compared with the light's level.
  await host.getByTestId("volume").fill("1");
  await goLive(host);
  // The flash guard would change the colours from which the bench reads the time.
  await turnSafetyOff(host);
  await host.setViewportSize({ width: 240, height: 160 });

  // Reading the log of a page blocks it for a moment: all logs are read at the end of a phase.
  log("Six screens without the media clock …");
  const raw = await wall.open(SCREENS, true);
  await delay(SETTLE_MS);
  const rawFrom = commonNow();
  await delay(MEASURE_MS);
  const rawUntil = commonNow();
  const rawLags = (await logsOf(raw)).map(lagsOf);
  await closeScreens(raw);
  const rawSkews = skews(rawLags, rawFrom, rawUntil).map(({ skew }) => skew);
  log(`  skew p95 ${percentile(rawSkews, 0.95).toFixed(1)} ms`);

  log("Six screens with the media clock …");
  const screens = await wall.open();
  await delay(SETTLE_MS);
  const from = commonNow();
  await delay(MEASURE_MS);
  const until = commonNow();

  log("A seventh screen joins late …");
  const late = await wall.open([{ delay: 50, jitter: 20, loss: 0.01, buffer: 0 }]);
  await delay(LATE_MS);
  const lateUntil = commonNow();
  const lateReadings = (await logsOf(late))[0]!;
  await closeScreens(late);
  await delay(CALM_MS);

  log("Half of the links get worse …");
  const worseAt = commonNow();
  for (const [index, quality] of Object.entries(WORSE)) screens[Number(index)]!.link.quality = quality;
  await delay(WORSE_MS);
  const worseUntil = commonNow();

  log("Clicks …");
  await playSong(host, clicks);
  await delay(CALM_MS);
  const clicksFrom = commonNow();
  await delay(CLICKS_MS);
  const clicksUntil = commonNow();
  const frameCosts = await traceFrames(browser, screens[0]!.page, TRACE_MS);

  const readings = await logsOf(screens);
  const climbed = readings.map((all) => lagsOf(all.filter(({ at }) => at < worseUntil)));
  const synced = skews(climbed, from, until).map(({ skew }) => skew);
  for (const [index, { median, spread }] of standings(climbed, from, until).entries()) {
    log(
      `  screen ${index + 1}: ${median.toFixed(1)} ms from the middle, ` +
        `${spread.toFixed(1)} at the 95th percentile`,
    );
  }
  const sound = await soundToLight(host, climbed, from, until);
  const firstLight = lateReadings.find(({ level }) => isLit(level))!.at;
  log("Late screen, by ms since its first light:");
  const joined = inStepAfter(
    drifts([...climbed, lagsOf(lateReadings)], firstLight, lateUntil),
    // Only the late screen: the skew of the others is a figure of its own.
    ({ away }) => Math.abs(away.at(-1)!),
    firstLight,
  );
  log("Worse links, by ms since the change:");
  const back = inStepAfter(drifts(climbed, worseAt, worseUntil), ({ skew }) => skew, worseAt);
  const steps = readings.map((all) => worstSteps(all.filter(({ at }) => at > worseAt && at < worseUntil)));
  const onsets = onsetSkews(readings, clicksFrom, clicksUntil);

  const line = {
    /** Greatest difference between two screens at an instant: median, 95th percentile and maximum. */
    skewP50Ms: percentile(synced, 0.5),
    skewP95Ms: percentile(synced, 0.95),
    skewMaxMs: Math.max(...synced),
    /** The same without the media clock, 95th percentile. */
    rawSkewP95Ms: percentile(rawSkews, 0.95),
    /** Median lead of the host's loudspeaker over the screens; negative if the light comes first. */
    soundToLightMs: sound,
    /** Time from the first screen that shows a click to the last, 95th percentile. */
    onsetSkewP95Ms: percentile(onsets, 0.95),
    /** How long after the links got worse all screens stayed within 10 ms of each other. */
    backWithin10MsAfterMs: back,
    /** How far the light of a screen went back in the song after the links got worse, maximum. */
    jumpBackMs: Math.max(...steps.map(({ back }) => back)),
    /** How long a screen was dark after the links got worse, maximum. */
    darkGapMs: Math.max(...steps.map(({ dark }) => dark)),
    /** How long after its first light the late screen stayed within 10 ms of the middle of all. */
    lateJoinInStepAfterMs: joined,
    /** CPU time of a frame's scripts on one screen, 95th percentile. */
    frameScriptP95Ms: percentile(
      frameCosts.map(({ cpu }) => cpu),
      0.95,
    ),
    /** Frames a second of the median screen. */
    framesPerSecond: percentile(
      readings.map((all) => frameRate(all)),
      0.5,
    ),
    /** Greatest uncertainty of the offset between a page's clock and the common clock. */
    clockUncertaintyMs: wall.clockUncertaintyMs,
    /** Instants at which all screens could be compared. */
    instants: synced.length,
  };
  const rounded = Object.entries(line).map(([name, value]) => [name, Math.round(value * 100) / 100]);
  console.log(JSON.stringify({ condition, ...Object.fromEntries(rounded) }));
  log(`Aims: skewP95Ms ≤ ${SKEW_MAX_MS[condition]}, onsetSkewP95Ms ≤ a picture, soundToLightMs within ±10,`);
  log("      backWithin10MsAfterMs, jumpBackMs and darkGapMs 0, lateJoinInStepAfterMs ≤ 300.");
} finally {
  for (const process of busy) process.kill();
  await blocker?.close();
  await browser.close();
  await links.close();
  await (cluster ?? server).close();
  rmSync(folder, { recursive: true });
}

/** Median lead of the host's loudspeaker over the screens, ms; negative if the light comes first. */
async function soundToLight(host: Page, screens: Lag[][], from: number, until: number): Promise<number> {
  const { offset } = await readPageClock(host);
  const { blocks }: HostLog = JSON.parse(await host.evaluate("JSON.stringify(log)"));
  const heard = lagsOf(
    blocks.slice(4).map(([end], index) => {
      // Over some 40 ms, as the analyser of a screen does: over less, the tones would beat.
      const window = blocks.slice(index + 1, index + 5);
      const power = window.reduce((sum, [, db]) => sum + 10 ** (db / 10), 0) / window.length;
      const middle = (window[0]![0] + end) / 2;
      return { at: middle + offset, level: levelOfDb(10 * Math.log10(power)) };
    }),
  );
  return medianLead(heard, screens, from, until);
}

/** How long after `from` the drifts can be read and stay within {@link IN_STEP_MS}, ms. */
function inStepAfter(found: Drift[], out: (drift: Drift) => number, from: number): number {
  const bad = found.filter((drift) => out(drift) > IN_STEP_MS);
  for (const { at, away } of bad) {
    log(`  ${(at - from).toFixed(0)} ms: ${away.map((ms) => ms.toFixed(1)).join(", ")} ms from the middle`);
  }
  const readable = found[0]?.at ?? Number.POSITIVE_INFINITY;
  if (readable - from > DRIFT_REACH_MS + 1) log(`  until ${(readable - from).toFixed(0)} ms: no reading`);
  return Math.max(bad.at(-1)?.at ?? from, readable - DRIFT_REACH_MS) - from;
}
