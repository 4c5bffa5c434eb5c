import type { Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { startFilm } from "../support/film-host.ts";
import { heldWithin, openReader, record, skewOf } from "../support/film-screens.ts";
import { ServerProcess } from "../support/server-process.ts";

/**
 * Measures how far apart four screens of a wall show a film: on a secure origin, and on plain HTTP, where
 * there is no WebCodecs. Prints one line of JSON last.
 *
 *   npm run bench:pictures -- [seconds] [pictures a second] [wall delay in ms]
 */
const [seconds = 10, rate = 25, delayMs = 400] = process.argv.slice(2).map(Number);
const PLAIN_NAME = "wall.test";
const PLACES = [
  { x: 100, y: 100 },
  { x: 101, y: 100 },
  { x: 100, y: 101 },
  { x: 101, y: 101 },
];

/** What a page's receivers say of the pictures, and of requests for key frames. */
const STATS = `Promise.all(connections.map(async (pc) => [...(await pc.getStats()).values()]
  .filter(({ type, kind, framesReceived }) => type === "inbound-rtp" && kind === "video" && framesReceived)
  .map((s) => ({ received: s.framesReceived, decoded: s.framesDecoded, dropped: s.framesDropped,
    pli: s.pliCount, freezes: s.freezeCount, height: s.frameHeight, lost: s.packetsLost,
    buffered: Math.round(1000 * s.jitterBufferDelay / s.jitterBufferEmittedCount),
    targets: pc.getReceivers().map((r) => r.jitterBufferTarget) }))))`;

const results: Record<string, unknown> = {};
for (const name of ["127.0.0.1", PLAIN_NAME]) {
  const server = await ServerProcess.start({ PICTURE_RATE_MAX: "4000" });
  const browser = await launchChromium({ kiosk: true, plainName: PLAIN_NAME });
  const host = await startFilm(browser, server.url, rate);
  await host.send({ type: "set-delay", delayMs });
  const picture = { fit: "fill", turn: 0, bezel: 0, moves: "none" } as const;
  await host.show({ mode: "picture", safety: "off", gainDb: 0, picture });
  const screens: Page[] = [];
  for (const _ of PLACES)
    screens.push(await openReader(browser, `http://${name}:${server.port}/w/${host.code}`));
  while ((await host.page.evaluate<number>("host.screens.length")) < PLACES.length)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await host.arrange(PLACES);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  const all = await record(screens, seconds * 1_000);
  results[name === PLAIN_NAME ? "plain" : "secure"] = {
    ...skewOf(all),
    held: heldWithin(all),
    paints: all.map((showed) => showed.length),
    blind: all.map((showed) => showed.filter(({ number }) => number < 0).length),
  };
  for (const screen of screens) console.log(name, JSON.stringify(await screen.evaluate(STATS)));
  await browser.close();
  await server.close();
}
console.log(JSON.stringify({ rate, delayMs, ...results }));
