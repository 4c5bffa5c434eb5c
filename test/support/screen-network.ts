import type { Page } from "playwright-core";
import { UdpRelay } from "./udp-relay.ts";

/** The network of one screen: its media goes through a relay, and all of it can be lost and restored. */
export class ScreenNetwork {
  readonly #page: Page;
  /** What its media goes through. */
  readonly relay: UdpRelay;
  #down = false;

  private constructor(page: Page, relay: UdpRelay) {
    this.#page = page;
    this.relay = relay;
  }

  /** Takes hold of a page's network; call it before the page goes anywhere. */
  static async of(page: Page, udpPort: number): Promise<ScreenNetwork> {
    const relay = await UdpRelay.open(udpPort);
    const network = new ScreenNetwork(page, relay);
    await page.routeWebSocket(/\/ws$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!network.#down) server.send(message);
      });
      server.onMessage((message) => {
        if (!network.#down) socket.send(String(message).replaceAll(` ${udpPort} typ`, ` ${relay.port} typ`));
      });
    });
    return network;
  }

  /** Nothing passes any more, and nobody is told, as when a phone leaves the Wi-Fi. */
  async lose(): Promise<void> {
    this.#down = true;
    this.relay.cut = true;
    await this.#page.context().setOffline(true);
  }

  async restore(): Promise<void> {
    this.#down = false;
    this.relay.cut = false;
    await this.#page.context().setOffline(false);
  }

  async close(): Promise<void> {
    await this.relay.close();
  }
}
