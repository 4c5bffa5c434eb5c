import type { Server, Socket } from "node:net";
import { network, type Proxies } from "../net/address.ts";
import { plainAddress } from "../net/lan.ts";
import { Shares } from "./shares.ts";

export interface ConnectionsOptions {
  readonly server: Server;
  readonly proxies: Proxies;
  /** TCP connections in all. */
  readonly connectionsMax: number;
  /**
   * How many of them one network may hold, percent. Known proxies stand for many, and may hold any number.
   */
  readonly networkShare: number;
}

/** What stands for all known proxies in counts; no network is called so. */
const PROXY = "proxy";

/**
 * Every TCP connection of a server. Closes those that are too many, in all or of one network, as they come
 * in: before TLS and HTTP, which know nothing of connections that have said nothing yet.
 */
export class Connections {
  readonly #open = new Set<Socket>();

  constructor({ server, proxies, connectionsMax, networkShare }: ConnectionsOptions) {
    const shares = new Shares({ whole: connectionsMax, networkShare });
    server.on("connection", (socket: Socket) => {
      const address = plainAddress(socket.remoteAddress ?? "");
      const holder = proxies.knows(address) ? PROXY : network(address);
      if (shares.isFull || (holder !== PROXY && shares.isFullFor(holder))) {
        socket.destroy();
        return;
      }
      shares.take(holder);
      this.#open.add(socket);
      socket.once("close", () => {
        shares.give(holder);
        this.#open.delete(socket);
      });
    });
  }

  /** Cuts all that are left. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
