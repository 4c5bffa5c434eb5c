import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { type LinkQuality, UdpRelay } from "./udp-relay.ts";

export type { LinkQuality } from "./udp-relay.ts";

/**
 * A bad network between one page and the server: a proxy that delays WebSocket messages in both directions,
 * and a UDP relay that also loses and reorders datagrams. The proxy writes the relay's port into the server's
 * answer, and may edit other messages.
 */
export class BadLink {
  /** The relay that the page's media passes. */
  readonly relay: UdpRelay;
  readonly #server: { port: number; udpPort: number };
  readonly #edit: (message: ServerText) => void;
  readonly #sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });

  private constructor(
    relay: UdpRelay,
    server: { port: number; udpPort: number },
    edit: (message: ServerText) => void,
  ) {
    this.relay = relay;
    this.#server = server;
    this.#edit = edit;
    this.#sockets.on("connection", (page) => this.#join(page));
  }

  /** @param edit may change a message from the server to the page */
  static async open(
    quality: LinkQuality,
    server: { port: number; udpPort: number },
    edit: (message: ServerText) => void = () => {},
  ): Promise<BadLink> {
    const link = new BadLink(await UdpRelay.open(server.udpPort), server, edit);
    link.quality = quality;
    await once(link.#sockets, "listening");
    return link;
  }

  /** The address at which a page's WebSocket reaches the server through this link. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}/ws`;
  }

  set quality(quality: LinkQuality) {
    this.relay.quality = quality;
  }

  /** Random numbers for loss and jitter, 0..1. */
  set random(random: () => number) {
    this.relay.random = random;
  }

  close(): void {
    void this.relay.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  /** The delay of the next WebSocket message, ms. A WebSocket loses no messages. */
  #delayMs(): number {
    const { delay, jitter } = this.relay.quality!;
    return Math.max(delay + jitter * (2 * this.relay.random() - 1), 0);
  }

  #join(page: WebSocket): void {
    const server = new WebSocket(`ws://127.0.0.1:${this.#server.port}/ws`);
    const opened = once(server, "open");
    // A page that goes away while it connects ends that.
    server.on("error", () => page.close());
    const there = this.#line((data) => void opened.then(() => server.send(data)).catch(() => {}));
    opened.catch(() => {});
    const back = this.#line((data) => page.send(typeof data === "string" ? this.#edited(data) : data));
    page.on("message", (data) => there(String(data)));
    server.on("message", (data: RawData, isBinary) => back(isBinary ? (data as Buffer) : String(data)));
    page.on("close", () => server.close());
    server.on("close", () => page.close());
  }

  /** One direction of a WebSocket: later messages never overtake earlier ones. */
  #line(deliver: (data: string | Buffer) => void): (data: string | Buffer) => void {
    let last = 0;
    return (data) => {
      last = Math.max(performance.now() + this.#delayMs(), last);
      setTimeout(() => deliver(data), Math.max(last - performance.now(), 0));
    };
  }

  #edited(data: string): string {
    const message = JSON.parse(data) as ServerText;
    if (message.type === "answer" && message.sdp) {
      message.sdp = message.sdp.replaceAll(` ${this.#server.udpPort} typ`, ` ${this.relay.port} typ`);
    }
    this.#edit(message);
    return JSON.stringify(message);
  }
}

/** The parts of a server message that a link reads. */
export interface ServerText {
  type: string;
  sdp?: string;
  timing?: { clock?: unknown; delay?: { to: number } };
}
