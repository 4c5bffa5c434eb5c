import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { launchChromium } from "./support/chromium.ts";
import { LeanListener } from "./support/lean-listener.ts";
import { newDevice, startWall } from "./support/pages.ts";
import { ServerProcess } from "./support/server-process.ts";

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
const crowd: LeanListener[] = [];
const shot = process.argv[2] ?? "q";
try {
  const host = await newDevice(browser, { width: 1366, height: 768 });
  host.on("console", (m) => {
    if (m.type() === "error") console.log("console:", m.text());
  });
  host.on("pageerror", (e) => console.log("pageerror", e));
  const { code } = await startWall(host, server.url);
  await host.getByTestId("tab-songs").click();
  const songs = [
    ...(process.argv[3] ? [process.argv[3]] : []),
    ...readdirSync("/tmp/songs").map((n) => `/tmp/songs/${n}`),
  ];
  await host.getByTestId("files").setInputFiles(songs);
  for (let n = 0; n < 6; n++) crowd.push(await LeanListener.join(server.port, code));
  await delay(6000);
  await host.screenshot({ path: `/tmp/shots/${shot}-laptop.png` });
  await host.setViewportSize({ width: 390, height: 844 });
  await delay(800);
  await host.screenshot({ path: `/tmp/shots/${shot}-phone.png` });
  await host.setViewportSize({ width: 1280, height: 720 });
  await host.getByTestId("source-noise").click();
  await delay(1500);
  await host.screenshot({ path: `/tmp/shots/${shot}-noise.png` });
} finally {
  await browser.close();
  process.exit(0);
}
