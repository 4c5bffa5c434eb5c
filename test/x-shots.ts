/** Scratch: screenshots of the console. */
import { setTimeout as delay } from "node:timers/promises";
import { launchChromium } from "./support/chromium.ts";
import { newDevice, openScreens } from "./support/pages.ts";
import { ServerProcess } from "./support/server-process.ts";

const want = new Set((process.argv[2] ?? "empty,playing,six").split(","));
const sizes = (process.argv[3] ?? "1280x800,390x844").split(",").map((s) => s.split("x").map(Number));
const server = await ServerProcess.start({});
const browser = await launchChromium({ kiosk: true });
const host = await newDevice(browser, { width: 1280, height: 800 });
host.on("pageerror", (e) => console.log("pageerror", e.message));
host.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
async function shots(name: string) {
  if (!want.has(name)) return;
  for (const [width, height] of sizes) {
    await host.setViewportSize({ width: width!, height: height! });
    await delay(700);
    await host.screenshot({ path: `/tmp/shots/${name}-${width}x${height}.png` });
  }
  await host.setViewportSize({ width: 1280, height: 800 });
}
try {
  await host.goto(server.url);
  await host.getByTestId("start-wall").click();
  await host.waitForURL(/\/host\//);
  await delay(1500);
  await shots("empty");
  await host.getByTestId("demo").click();
  await delay(2000);
  await shots("playing");
  const code = (await host.getByTestId("code").innerText()).trim();
  const n = Number(process.argv[4] ?? 6);
  const screens = await openScreens(browser, server.url, code, n);
  await delay(4000);
  console.log("live", await host.evaluate("document.documentElement.dataset.state"));
  if (await host.getByTestId("go-live").count()) await host.getByTestId("go-live").click();
  await delay(3000);
  await shots("six");
  for (const tab of ["light", "room"]) {
    await host.getByTestId(`tab-${tab}`).click();
    await shots(tab);
  }
  await host.getByTestId("tab-scenes").click();
  if (want.has("popover")) {
    for (const [width, height] of sizes) {
      await host.setViewportSize({ width: width!, height: height! });
      await delay(500);
      await host.locator(".screen").nth(1).click();
      await delay(700);
      await host.screenshot({ path: `/tmp/shots/popover-${width}x${height}.png` });
      await host.keyboard.press("Escape");
      await delay(200);
    }
    await host.setViewportSize({ width: 1280, height: 800 });
  }
  if (want.has("text")) {
    await host.getByTestId("bar-text").click();
    await shots("text");
    await host.keyboard.press("Escape");
  }
  if (want.has("away")) {
    await screens[1]!.close();
    await screens[4]!.close();
    await delay(1500);
    await shots("away");
  }
} finally {
  await browser.close();
  await server.close();
}
