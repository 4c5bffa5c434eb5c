import type { Page } from "playwright-core";
import { UdpRelay } from "./udp-relay.ts";

/**
 * The network of one screen. Its media passes a relay. A test can cut and restore the network, without
 * Playwright's `setOffline`: with that, Chromium's network service occupies a whole core.
 */
export class ScreenNetwork {
  /** The relay that the media passes. */
  readonly relay: UdpRelay;
  #down = false;

  private constructor(relay: UdpRelay) {
    this.relay = relay;
  }

  /** Takes control of a page's network. Call it before the page opens an address. */
  static async of(page: Page, udpPort: number): Promise<ScreenNetwork> {
    const relay = await UdpRelay.open(udpPort);
    const network = new ScreenNetwork(relay);
    await page.routeWebSocket(/\/ws$/, (socket) => {
      // As a device without a network, the page fails to connect at once.
      if (network.#down) return void socket.close();
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!network.#down) server.send(message);
      });
      server.onMessage((message) => {
        if (network.#down) return;
        // Encoded frames are binary. Everything else is text, in which candidates name the server's port.
        const isText = typeof message === "string";
        socket.send(isText ? message.replaceAll(` ${udpPort} typ`, ` ${relay.port} typ`) : message);
      });
    });
    return network;
  }

  /** Drops all data without closing a connection, as when a phone leaves the Wi-Fi. */
  lose(): void {
    this.#down = true;
    this.relay.cut = true;
  }

  restore(): void {
    this.#down = false;
    this.relay.cut = false;
  }

  async close(): Promise<void> {
    await this.relay.close();
  }
}
