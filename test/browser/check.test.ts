import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { findings, findingsAtSizes } from "../support/axe.ts";
import { startCaddy } from "../support/caddy.ts";
import { launchChromium } from "../support/chromium.ts";
import { newDevice, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true, anyCertificate: true });

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Waits for the verdict. @returns the lines: their names and their marks */
async function checked(page: Page): Promise<{ verdict: string; marks: Record<string, string> }> {
  await page.locator("html[data-verdict]").waitFor({ timeout: 20_000 });
  const marks = await page
    .locator("#lines li")
    .evaluateAll((items) =>
      items.map((item) => [
        (item as HTMLElement).dataset.name ?? "",
        item.querySelector(".mark")?.textContent ?? "",
      ]),
    );
  return { verdict: await page.getByTestId("verdict").innerText(), marks: Object.fromEntries(marks) };
}

test("a screen for which all is well is told so, line by line, and can copy the report", async () => {
  const page = await newDevice(browser);
  await page.goto(`${server.url}/check`);
  const { verdict, marks } = await checked(page);
  expect(verdict).toBe("This screen will light up");
  expect(marks).toMatchObject({ server: "✓", socket: "✓", udp: "✓", decoder: "✓", clock: "✓", secure: "✓" });
  expect(await page.locator('[data-name="udp"] .what').innerText()).toMatch(/^connected in \d/);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByTestId("copy").click();
  await page.getByText("Copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("✓ UDP connected in");
  expect(await findingsAtSizes(page)).toEqual([]);
  expect(server.errors).toEqual([]);
});

test("UDP that does not come through is told, and the screen lights up all the same", async () => {
  const page = await newDevice(browser);
  // The answers name a port at which nobody is.
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const real = socket.connectToServer();
    real.onMessage((text) =>
      socket.send(
        String(text)
          .replace(/ (\d+) typ host/g, " 9 typ host")
          .replace(/m=audio \d+/, "m=audio 9"),
      ),
    );
  });
  await page.goto(`${server.url}/check`);
  const { verdict, marks } = await checked(page);
  expect(marks).toMatchObject({ socket: "✓", udp: "✗" });
  expect(verdict).toBe("This screen will light up");
  expect(await page.locator("#next").innerText()).toMatch(/^UDP does not come through/);
});

test("a screen whose WebSocket is blocked stays dark, and one tap leads to the reason", async () => {
  const host = await newDevice(browser);
  const { code } = await startWall(host, server.url);
  const page = await newDevice(browser);
  await page.routeWebSocket(/\/ws$/, (socket) => socket.close());
  await page.goto(`${server.url}/w/${code}`);
  await page.getByRole("link", { name: "What keeps this screen dark?" }).click({ timeout: 20_000 });
  const { verdict, marks } = await checked(page);
  expect(verdict).toBe("This screen stays dark");
  expect(marks).toMatchObject({ server: "✓", socket: "✗", udp: "–" });
  expect(await findings(page)).toEqual([]);
});

test("a screen behind a proxy that changes its address says so, and one tap tells what helps", async () => {
  const proxy = await startCaddy(server.port, "", "inner.example");
  const page = await newDevice(browser);
  await page.goto(`https://127.0.0.1:${proxy.port}/w/ACDEF`);
  await page.getByText("The server takes this page for another site's.").waitFor({ timeout: 20_000 });
  await page.getByRole("link", { name: "What keeps this screen dark?" }).click();
  const { verdict, marks } = await checked(page);
  expect(verdict).toBe("This screen stays dark");
  expect(marks).toMatchObject({ server: "✓", socket: "✗" });
  expect(await page.locator('[data-name="socket"] .advice').innerText()).toContain("A proxy changes");
  await proxy.close();
});

test("a clock that is wrong is told; plain HTTP and a decoder in WebAssembly are no fault", async () => {
  const away = await launchChromium({ plainName: "wall.test" });
  const page = await newDevice(away);
  await page.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
  });
  await page.goto(`http://wall.test:${server.port}/check?lang=de`);
  const { verdict, marks } = await checked(page);
  expect(verdict).toBe("Dieser Bildschirm wird leuchten");
  expect(marks).toMatchObject({ clock: "–", secure: "–", decoder: "✓", udp: "✓" });
  expect(await page.locator('[data-name="decoder"] .what').innerText()).toContain("WebAssembly");
  await away.close();
});

test("the page leads back to the wall whose screen has led to it, and else to the start page", async () => {
  const page = await newDevice(browser);
  const leadsTo = () => page.getByTestId("back").evaluate((link) => (link as HTMLAnchorElement).href);
  await page.goto(`${server.url}/check?wall=acdef`);
  await expect.poll(leadsTo).toBe(`${server.url}/w/ACDEF`);
  expect(await page.getByTestId("back").innerText()).toBe("Back to the wall");
  await page.goto(`${server.url}/check?wall=../../evil`);
  await checked(page);
  expect(await leadsTo()).toBe(`${server.url}/`);
});

test("the page works below a path of a site", async () => {
  const proxy = await startCaddy(server.port, "/lights");
  const page = await newDevice(browser);
  const missing: string[] = [];
  page.on("response", (response) => response.status() >= 400 && missing.push(response.url()));
  await page.goto(`https://127.0.0.1:${proxy.port}/lights/`);
  await page.getByTestId("check").click();
  const { marks } = await checked(page);
  expect(marks).toMatchObject({ server: "✓", socket: "✓", udp: "✓" });
  expect(missing).toEqual([]);
  await proxy.close();
});
