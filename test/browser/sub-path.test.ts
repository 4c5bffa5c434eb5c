import { afterAll, describe, expect, test } from "vitest";
import { startCaddy } from "../support/caddy.ts";
import { launchChromium } from "../support/chromium.ts";
import { startNginx } from "../support/nginx.ts";
import { becomes, becomesConnected, becomesLit, newDevice, openPanel, playTones } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const BELOW = "/lights";

const server = await ServerProcess.start({ ADMIN_TOKEN: "an administrator's token" });
const browser = await launchChromium({ kiosk: true, anyCertificate: true });

afterAll(async () => {
  await browser.close();
  await server.close();
});

describe.each([
  ["nginx", startNginx],
  ["Caddy", startCaddy],
] as const)("below a path of a site that %s serves", (_, start) => {
  test("a wall is started, joined and lit, and every page finds its files", async () => {
    const proxy = await start(server.port, BELOW);
    const site = `https://127.0.0.1:${proxy.port}${BELOW}`;
    const missing: string[] = [];
    const device = async () => {
      const page = await newDevice(browser);
      page.on("response", (response) => response.status() >= 400 && missing.push(response.url()));
      return page;
    };
    try {
      const host = await device();
      await host.goto(`${site}/`);
      await host.getByTestId("start-wall").click();
      await host.waitForURL(`${site}/host/*`);
      await becomes(host, "ready");
      const code = await host.getByTestId("code").innerText();
      await openPanel(host, "songs");
      await playTones(host);
      const screen = await device();
      await screen.goto(`${site}/w?code=${code.toLowerCase()}`);
      expect(screen.url().split("?")[0]).toBe(`${site}/w/${code}`);
      await becomesLit(screen);
      await becomesConnected(screen);
      const admin = await device();
      await admin.goto(`${site}/admin`);
      await admin.locator("input[type=password]").fill("an administrator's token");
      await admin.keyboard.press("Enter");
      await admin.getByText(code).waitFor();
      expect(missing).toEqual([]);
      const lost = await newDevice(browser);
      await lost.goto(`${site}/nothing/here`);
      await lost.locator("a.start").click();
      await lost.waitForURL(`${site}/`);
    } finally {
      await proxy.close();
    }
  });
});
