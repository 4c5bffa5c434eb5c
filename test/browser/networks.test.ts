import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type NetworkHost, Networks } from "../support/networks.ts";
import { becomes, becomesConnected, becomesLit, newDevice, startLiveWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** From the address in the phone's browser to light, ms. */
const LIT_MS = 2_000;
/** From a change of an address to light again, ms. */
const AGAIN_MS = 3_000;
/** How long the server's address is away, ms: the page gives its connection up meanwhile. */
const AWAY_MS = 4_000;
const PORT = "8080";

const { problem } = Networks;
if (problem) console.warn(`Networks are not tested: ${problem}.`);

describe.skipIf(problem !== undefined)("a phone with a network of its own lights up", () => {
  const networks = new Networks();
  const browsers: Browser[] = [];
  let server: ServerProcess;
  /** The server's machine, on which the console is too. */
  let box: NetworkHost;
  let host: Page;
  /** A phone whose cable carries small packets only. */
  let small: NetworkHost;
  let code: string;

  beforeAll(async () => {
    box = networks.host("box");
    // Without any network Chromium connects nothing, not even on its own machine.
    small = phoneOf("small", "10.77.2.1/24", "10.77.2.2/24", 1_280);
    server = await ServerProcess.start({ PORT, UDP_PORT: PORT }, undefined, box.prefix);
    ({ host, code } = await startLiveWall(await launchWithin(box), server.url));
  });

  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
    networks.close();
  });

  async function launchWithin(place: NetworkHost): Promise<Browser> {
    const browser = await launchChromium({ kiosk: true, within: place.prefix });
    browsers.push(browser);
    return browser;
  }

  /** A phone with a cable to the server's machine. */
  function phoneOf(name: string, ofBox: string, ofPhone: string, mtu?: number): NetworkHost {
    const phone = networks.host(name);
    networks.connect({ host: box, address: ofBox }, { host: phone, address: ofPhone }, mtu);
    return phone;
  }

  /** Opens the wall on a phone, and waits for its light. */
  async function openOn(phone: NetworkHost, site: string): Promise<Page> {
    const page = await newDevice(await launchWithin(phone));
    const began = performance.now();
    await page.goto(`http://${site}:${PORT}/w/${code}?palette=neon`);
    await becomesLit(page, LIT_MS);
    expect(performance.now() - began).toBeLessThan(LIT_MS);
    return page;
  }

  /** Waits until a screen must be lit again, and expects that it is. */
  async function isLitAgain(page: Page): Promise<void> {
    await delay(AGAIN_MS);
    await becomes(page, "live", 1);
    await becomesLit(page, 500);
    await becomesConnected(page);
  }

  test("of a server in a container with published ports, over UDP", async () => {
    const [router, phone] = [networks.host("router"), networks.host("outside")];
    networks.connect({ host: box, address: "172.30.0.2/24" }, { host: router, address: "172.30.0.1/24" });
    networks.connect({ host: router, address: "10.78.0.1/24" }, { host: phone, address: "10.78.0.2/24" });
    box.setGateway("172.30.0.1");
    router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    router.filter(`
      table ip published {
        chain inbound {
          type nat hook prerouting priority -100;
          ip daddr 10.78.0.1 tcp dport ${PORT} dnat to 172.30.0.2
          ip daddr 10.78.0.1 udp dport ${PORT} dnat to 172.30.0.2
        }
        chain outbound {
          type nat hook postrouting priority 100;
          ip saddr 172.30.0.0/24 oifname != "${router.devices[0]}" masquerade
        }
      }`);
    await becomesConnected(await openOn(phone, "10.78.0.1"));
  });

  test("where UDP is shut, by its WebSocket", async () => {
    const phone = phoneOf("shut", "10.77.1.1/24", "10.77.1.2/24");
    phone.filter(`
      table inet shut {
        chain out {
          type filter hook output priority 0;
          meta l4proto udp drop
        }
      }`);
    const page = await openOn(phone, "10.77.1.1");
    await page.locator("#over-socket:not([hidden])").waitFor({ state: "attached", timeout: 15_000 });
    await becomesLit(page);
  });

  test("where there is IPv6 only", async () => {
    const phone = phoneOf("six", "2001:db8:77::1/64", "2001:db8:77::2/64");
    phone.setGateway("2001:db8:77::1");
    // By its WebSocket: without IPv4 Chromium 156 gathers no candidates here, and sends no check.
    await openOn(phone, "[2001:db8:77::1]");
  });

  test("where packets have 1,280 bytes at most, over UDP", async () => {
    await becomesConnected(await openOn(small, "10.77.2.1"));
  });

  test("again when its address has changed, as the same screen", async () => {
    const phone = phoneOf("moving", "10.77.3.1/24", "10.77.3.2/24");
    const page = await openOn(phone, "10.77.3.1");
    await becomesConnected(page);
    const screens = () => host.locator('.screen[data-present="true"]').count();
    const before = await screens();
    phone.removeAddress("10.77.3.2/24");
    phone.addAddress("10.77.3.9/24");
    await isLitAgain(page);
    expect(await screens()).toBe(before);
  });

  test("again when its server has lost its address for a while", async () => {
    const phone = phoneOf("waiting", "10.77.4.1/24", "10.77.4.2/24");
    const page = await openOn(phone, "10.77.4.1");
    await becomesConnected(page);
    box.removeAddress("10.77.4.1/24", box.devices.at(-1));
    await delay(AWAY_MS);
    box.addAddress("10.77.4.1/24", box.devices.at(-1));
    await isLitAgain(page);
  });
});
