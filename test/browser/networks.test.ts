import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type NetworkHost, Networks } from "../support/networks.ts";
import { becomes, becomesConnected, becomesLit, newDevice, startLiveWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** By then a page has noticed that an address is away, and has given its connection up, ms. */
const AWAY_MS = 4_000;
const PORT = "8080";

const { problem } = Networks;
if (problem) console.warn(`Networks are not tested: ${problem}.`);

describe.skipIf(problem !== undefined)("a phone with a network of its own lights up", () => {
  const networks = new Networks();
  const phones: Browser[] = [];
  let ofBox: Browser;
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
    ofBox = await launchWithin(box);
    ({ host, code } = await startLiveWall(ofBox, server.url));
  });

  afterAll(async () => {
    await ofBox?.close();
    await server?.close();
    networks.close();
  });

  afterEach(async () => {
    await Promise.all(phones.splice(0).map((browser) => browser.close()));
  });

  function launchWithin(place: NetworkHost): Promise<Browser> {
    return launchChromium({ kiosk: true, within: place.prefix });
  }

  /** A phone with a cable to the server's machine. */
  function phoneOf(name: string, ofBox: string, ofPhone: string, mtu?: number): NetworkHost {
    const phone = networks.host(name);
    networks.connect({ host: box, address: ofBox }, { host: phone, address: ofPhone }, mtu);
    return phone;
  }

  /** Opens the wall on a phone, and waits for its light. */
  async function openOn(phone: NetworkHost, site: string): Promise<Page> {
    const browser = await launchWithin(phone);
    phones.push(browser);
    const page = await newDevice(browser);
    const began = performance.now();
    await page.goto(`http://${site}:${PORT}/w/${code}?palette=neon`);
    await becomesLit(page);
    note("lit", began);
    return page;
  }

  /** Waits until a screen is lit again. */
  async function isLitAgain(page: Page, began: number): Promise<void> {
    await becomes(page, "live", 20_000);
    await becomesLit(page, 20_000);
    note("lit again", began);
    await becomesConnected(page);
  }

  /** Says how long it took. How fast a machine is that runs other tests too decides nothing here. */
  function note(what: string, began: number): void {
    console.info(
      `${expect.getState().currentTestName}: ${what} after ${Math.round(performance.now() - began)} ms`,
    );
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
    const began = performance.now();
    phone.removeAddress("10.77.3.2/24");
    phone.addAddress("10.77.3.9/24");
    // It may stay lit: what it has is enough until it is connected again.
    await delay(AWAY_MS);
    await isLitAgain(page, began);
    expect(await screens()).toBe(before);
  });

  test("again when its server has lost its address for a while", async () => {
    const phone = phoneOf("waiting", "10.77.4.1/24", "10.77.4.2/24");
    const page = await openOn(phone, "10.77.4.1");
    await becomesConnected(page);
    box.removeAddress("10.77.4.1/24", box.devices.at(-1));
    await delay(AWAY_MS);
    const began = performance.now();
    box.addAddress("10.77.4.1/24", box.devices.at(-1));
    await isLitAgain(page, began);
  });

  test("is offered an address that its server has got since it started", async () => {
    const phone = phoneOf("late", "10.77.5.1/24", "10.77.5.2/24");
    box.addAddress("10.77.5.7/24", box.devices.at(-1));
    const browser = await launchWithin(phone);
    phones.push(browser);
    const page = await newDevice(browser);
    await page.addInitScript(() => {
      const { setRemoteDescription: set } = RTCPeerConnection.prototype;
      RTCPeerConnection.prototype.setRemoteDescription = function (
        this: RTCPeerConnection,
        ...args: unknown[]
      ) {
        document.documentElement.dataset.answer = (args[0] as RTCSessionDescriptionInit).sdp;
        return (set as (...args: unknown[]) => Promise<void>).apply(this, args);
      };
    });
    await page.goto(`http://10.77.5.1:${PORT}/w/${code}`);
    await becomesConnected(page);
    const answer = await page.locator("html").getAttribute("data-answer");
    expect(answer).toMatch(/a=candidate:\S+ 1 udp \d+ 10\.77\.5\.7 8080 typ host/);
  });
});
