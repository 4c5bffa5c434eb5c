import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** What a network does to each message in each direction. */
export interface LinkQuality {
  /** Mean delay of one direction, ms. */
  delay: number;
  /** Each message is earlier or later by up to this, ms. */
  jitter: number;
  /** Share of datagrams lost; the WebSocket loses nothing. */
  loss: number;
}

/**
 * A bad network between one page and the server: a WebSocket proxy that delays each direction, and a UDP relay that
 * also loses and reorders. The proxy puts the relay's port into the server's answer, and may edit other messages.
 */
export class BadLink {
  quality: LinkQuality;
  readonly #server: { port: number; udpPort: number };
  readonly #edit: (message: ServerText) => void;
  readonly #near = createSocket("udp4");
  readonly #far = createSocket("udp4");
  readonly #http: Server = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#http });
  #peerPort = 0;

  private constructor(
    quality: LinkQuality,
    server: { port: number; udpPort: number },
    edit: (message: ServerText) => void,
  ) {
    this.quality = quality;
    this.#server = server;
    this.#edit = edit;
    this.#near.on("message", (datagram, from) => {
      this.#peerPort = from.port;
      this.#pass(datagram, this.#far, server.udpPort);
    });
    this.#far.on("message", (datagram) => this.#pass(datagram, this.#near, this.#peerPort));
    this.#sockets.on("connection", (page) => this.#join(page));
  }

  /** @param edit may change a message of the server on its way to the page */
  static async open(
    quality: LinkQuality,
    server: { port: number; udpPort: number },
    edit: (message: ServerText) => void = () => {},
  ): Promise<BadLink> {
    const link = new BadLink(quality, server, edit);
    link.#near.bind(0, "127.0.0.1");
    link.#far.bind(0, "127.0.0.1");
    link.#http.listen(0, "127.0.0.1");
    await Promise.all([link.#near, link.#far, link.#http].map((socket) => once(socket, "listening")));
    return link;
  }

  /** Where a page's WebSocket finds the server through this link. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/ws`;
  }

  close(): void {
    this.#near.close();
    this.#far.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.close();
  }

  #late(): number {
    const { delay, jitter } = this.quality;
    return Math.max(delay + jitter * (2 * Math.random() - 1), 0);
  }

  #pass(datagram: Buffer, by: Socket, port: number): void {
    if (Math.random() < this.quality.loss) return;
    setTimeout(() => {
      // The link may have been closed while the datagram was under way.
      if (this.#http.listening) by.send(datagram, port, "127.0.0.1");
    }, this.#late());
  }

  #join(page: WebSocket): void {
    const server = new WebSocket(`ws://127.0.0.1:${this.#server.port}/ws`);
    const opened = once(server, "open");
    const there = this.#line((data) => void opened.then(() => server.send(data)));
    const back = this.#line((data) => page.send(this.#edited(data)));
    page.on("message", (data) => there(String(data)));
    server.on("message", (data: RawData) => back(String(data)));
    page.on("close", () => server.close());
    server.on("close", () => page.close());
  }

  /** One direction of a WebSocket: later messages never overtake earlier ones. */
  #line(deliver: (data: string) => void): (data: string) => void {
    let last = 0;
    return (data) => {
      last = Math.max(performance.now() + this.#late(), last);
      setTimeout(() => deliver(data), Math.max(last - performance.now(), 0));
    };
  }

  #edited(data: string): string {
    const message = JSON.parse(data) as ServerText;
    if (message.type === "answer" && message.sdp) {
      const { port } = this.#near.address();
      message.sdp = message.sdp.replaceAll(` ${this.#server.udpPort} typ`, ` ${port} typ`);
    }
    this.#edit(message);
    return JSON.stringify(message);
  }
}

/** A message of the server as far as a link looks into it. */
export interface ServerText {
  type: string;
  sdp?: string;
  timing?: { clock?: unknown };
}
