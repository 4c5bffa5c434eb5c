import type { Page } from "playwright-core";
import { UdpRelay } from "./udp-relay.ts";

/** The network of one screen. Its media passes a relay. A test can cut and restore the network. */
export class ScreenNetwork {
  readonly #page: Page;
  /** The relay that the media passes. */
  readonly relay: UdpRelay;
  #down = false;

  private constructor(page: Page, relay: UdpRelay) {
    this.#page = page;
    this.relay = relay;
  }

  /** Takes control of a page's network. Call it before the page opens an address. */
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

  /** Drops all data without closing a connection, as when a phone leaves the Wi-Fi. */
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
