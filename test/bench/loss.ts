/**
 * `npm run bench:loss`: how much of the music a screen misses whose network loses UDP packets at random. One
 * Chromium has the host's page, which broadcasts the demo song, and one screen at a time behind a link with
 * 20 ± 5 ms of delay each way, which loses 5 % and then 15 % of all datagrams in both directions. Counts the
 * moments of the song's grid, one every 10 ms, for which the screen had no spectrum of its own by the time it
 * was to paint them. The last line is JSON. Exits with 1 if an aim is missed.
 *
 * `-- --seconds 20` measures for less than a minute each, `--seed 7` repeats or changes what is lost.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BadLink } from "../support/bad-link.ts";
import { launchChromium } from "../support/chromium.ts";
import { becomes, becomesConnected, newDevice, startDemoWall } from "../support/pages.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { ServerProcess } from "../support/server-process.ts";
import { readEarLog, watchEar } from "../support/watch-ear.ts";
import { useLink } from "../support/watch-pages.ts";
import { type GridPoints, gridPoints } from "./loss/grid-points.ts";
import { LossyPackets, type PacketCount } from "./loss/packets.ts";

/** Shares of datagrams that are lost, and of moments that may be missing. */
const CASES = [
  { loss: 0.05, missingMax: 0.001 },
  { loss: 0.15, missingMax: 0.01 },
];
/** The link apart from its loss, which {@link LossyPackets} does; it delays the WebSocket too. */
const LINK = { delay: 20, jitter: 5, loss: 0 };
/** From the first light to the measurement: by then the wall delay has followed the screen's needs. */
const SETTLE_MS = 15_000;
/** Connecting takes longer where handshakes are lost too. */
const CONNECT_TIMEOUT_MS = 30_000;
/** After the measurement: the spectra of the last moments arrive. */
const REST_MS = 1_000;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];

interface Measured extends GridPoints, PacketCount {
  /** Share of datagrams lost. */
  loss: number;
  /** Share of moments without a spectrum of their own when they were due, and the aim. */
  missingShare: number;
  missingMax: number;
  /** The wall delay at the end, ms. */
  wallDelayMs: number;
  /** Gaps for which the screen asked the server over its WebSocket. */
  asked: number;
}

const server = await ServerProcess.start();
const browser = await launchChromium();
try {
  const measured: Measured[] = [];
  for (const { loss, missingMax } of CASES) {
    measured.push({ ...(await measure(loss)), missingMax });
    console.log(JSON.stringify(measured.at(-1)));
  }
  const isMet = measured.every(({ missingShare, missingMax }) => missingShare <= missingMax);
  console.log(
    JSON.stringify({
      seconds,
      seed,
      /** Share of missing moments, by the share of datagrams lost. */
      missingShare: Object.fromEntries(measured.map(({ loss, missingShare }) => [loss, missingShare])),
      /** Frames by a second sending over UDP, over the WebSocket, and too late or not at all. */
      frames: measured.map(({ retransmitted, framesBySocket, framesMissing }) => ({
        retransmitted,
        framesBySocket,
        framesMissing,
      })),
      wallDelayMs: measured.map(({ wallDelayMs }) => wallDelayMs),
      isMet,
    }),
  );
  if (!isMet) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}

/** Measures one screen behind a link that loses this share of all datagrams. */
async function measure(loss: number): Promise<Omit<Measured, "missingMax">> {
  const { host, code } = await startDemoWall(browser, server.url);
  let wallDelayMs = Number.NaN;
  const link = await BadLink.open(LINK, server, ({ timing }) => {
    wallDelayMs = timing?.delay?.to ?? wallDelayMs;
  });
  const random = new SeededRandom(seed);
  link.random = () => random.next();
  const lossRandom = new SeededRandom(seed + 1);
  const packets = new LossyPackets(link.relay, loss, () => lossRandom.next());
  const screen = await newDevice(browser, { width: 320, height: 240 });
  await screen.addInitScript(useLink, link.url);
  await screen.addInitScript(watchEar, []);
  await screen.goto(`${server.url}/w/${code}`);
  await becomes(screen, "live", CONNECT_TIMEOUT_MS);
  await becomesConnected(screen, CONNECT_TIMEOUT_MS);
  await delay(SETTLE_MS);
  packets.take();
  const from = Date.now();
  await delay(seconds * 1_000);
  const until = Date.now();
  const counted = packets.take();
  await delay(REST_MS);
  const log = await readEarLog(screen);
  await screen.context().close();
  link.close();
  await host.context().close();
  const points = gridPoints(log, from, until);
  const missingShare = Number(((points.never + points.late) / points.due).toFixed(5));
  return { loss, missingShare, ...points, ...counted, asked: log.asked.length, wallDelayMs };
}
