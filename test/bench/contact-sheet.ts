import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { MADE_SCENES } from "../../client/host/wall/scenes/scenes.ts";
import { launchChromium } from "../support/chromium.ts";
import { becomes, goLive, newDevice, playSong } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/**
 * Takes pictures of every scene on a wall of 4 × 2 screens at three moments of a song, and puts them on one
 * sheet, to be looked at.
 *
 *   npm run contact-sheet -- --song <file> --from <seconds of the song> --out <file.jpg>
 */

const [COLUMNS, ROWS] = [4, 2];
/** Size of a screen, in pixels: a CPU must paint eight of them. */
const [WIDTH, HEIGHT] = [240, 135];
const GAP = 4;
const MOMENTS = 3;
/** From a change of the scene to its first picture, and from one picture to the next, ms. */
const SETTLE_MS = 5_000;
const APART_MS = 1_300;
/** Until a wall that is frozen shows one moment on all screens, ms. */
const FREEZE_MS = 700;
/** Eight looks that a CPU draws leave little of it for a picture. */
const SHOT_TIMEOUT_MS = 120_000;
/** Width of a picture on the sheet, in pixels. */
const SHOWN = 520;

const { values } = parseArgs({
  options: {
    song: { type: "string" },
    from: { type: "string", default: "30" },
    out: { type: "string", default: "contact-sheet.jpg" },
  },
});
const server = await ServerProcess.start({});
const browser = await launchChromium({ kiosk: true });

/** Starts a wall that plays the song, or else the demo song. */
async function startHost(): Promise<{ host: Page; code: string }> {
  const host = await newDevice(browser, { width: 1_000, height: 800 });
  await host.goto(server.url);
  await host.getByTestId("start-wall").click();
  await host.waitForURL(/\/host\//);
  await becomes(host, "ready");
  if (values.song) await playSong(host, values.song);
  else await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await goLive(host);
  return { host, code: (await host.getByTestId("code").innerText()).trim() };
}

/** Opens all screens in one page, each in a frame at its place of the wall. */
async function openWall(host: Page, code: string): Promise<Page> {
  const size = { width: COLUMNS * (WIDTH + GAP) - GAP, height: ROWS * (HEIGHT + GAP) - GAP };
  const page = await newDevice(browser, size);
  // Any page of the server, so that its screens may be in frames.
  await page.goto(`${server.url}/health`);
  const ids = Array.from({ length: COLUMNS * ROWS }, (_, n) => `sheet-screen-${n}`);
  await page.setContent(
    `<body style="margin:0;background:#000">${ids
      .map(
        (id) => `<iframe id="${id}" src="${server.url}/w/${code}?kiosk&screen=${id}"
          style="position:absolute;border:0;width:${WIDTH}px;height:${HEIGHT}px"></iframe>`,
      )
      .join("")}`,
  );
  const tiles = host.locator('.screen[data-present="true"]');
  while ((await tiles.count()) < ids.length) await delay(100);
  const places = await tiles.evaluateAll((found) =>
    found.map((tile) => ({ ...(tile as HTMLElement).dataset }) as { id: string; x: string; y: string }),
  );
  const left = Math.min(...places.map(({ x }) => Number(x)));
  const top = Math.min(...places.map(({ y }) => Number(y)));
  for (const { id, x, y } of places) {
    await page.locator(`#${id}`).evaluate((frame, at) => Object.assign(frame.style, at), {
      left: `${(Number(x) - left) * (WIDTH + GAP)}px`,
      top: `${(Number(y) - top) * (HEIGHT + GAP)}px`,
    });
  }
  return page;
}

const { host, code } = await startHost();
const page = await openWall(host, code);
const rows: string[] = [];
for (const [n, { name }] of MADE_SCENES.entries()) {
  // Every scene shows the same part of the song.
  await host.getByTestId("seek").fill(values.from);
  await host.locator("body").press(String((n + 1) % 10));
  await delay(SETTLE_MS);
  const pictures: string[] = [];
  for (let moment = 0; moment < MOMENTS; moment++) {
    await host.locator("body").press("f");
    await delay(FREEZE_MS);
    pictures.push((await page.screenshot({ type: "png", timeout: SHOT_TIMEOUT_MS })).toString("base64"));
    await host.locator("body").press("f");
    await delay(APART_MS);
  }
  const images = pictures.map((png) => `<img width="${SHOWN}" src="data:image/png;base64,${png}">`).join("");
  rows.push(`<p>${n + 1}. ${name}</p><div>${images}</div>`);
}
const sheet = await browser.newPage({ viewport: { width: MOMENTS * (SHOWN + 8) + 16, height: 600 } });
await sheet.setContent(
  `<style>body{margin:8px;background:#101014;color:#bbb;font:15px sans-serif}
  p{margin:10px 0 4px}div{display:flex;gap:8px}</style>${rows.join("")}`,
);
await sheet.screenshot({ path: values.out, type: "jpeg", quality: 82, fullPage: true });
await browser.close();
await server.close();
console.log(JSON.stringify({ sheet: values.out, scenes: MADE_SCENES.length, moments: MOMENTS }));
