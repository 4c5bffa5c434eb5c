import type { Server, Socket } from "node:net";
import { networkOf, plainAddress } from "../net/address.ts";
import type { Proxies } from "../net/proxies.ts";
import { NetworkQuota } from "./network-quota.ts";

export interface ConnectionLimitOptions {
  readonly server: Server;
  readonly proxies: Proxies;
  /** TCP connections of all networks together. */
  readonly connectionsMax: number;
  /** How many of them one network may have, percent. */
  readonly networkShare: number;
}

/** The key under which all trusted proxies are counted. No network has this key. */
const PROXY = "proxy";

/**
 * Limits the TCP connections of a server, in all and per network. Closes a connection above the limit when it
 * is accepted: TLS and HTTP do not count connections that have sent nothing yet. Trusted proxies have no
 * share of their own, because each connection of theirs may be another person's.
 */
export class ConnectionLimit {
  readonly #open = new Set<Socket>();

  constructor({ server, proxies, connectionsMax, networkShare }: ConnectionLimitOptions) {
    const quota = new NetworkQuota({ capacity: connectionsMax, networkShare });
    server.on("connection", (socket: Socket) => {
      const address = plainAddress(socket.remoteAddress ?? "");
      const key = proxies.isTrusted(address) ? PROXY : networkOf(address);
      if (quota.isFull || (key !== PROXY && quota.isFullFor(key))) {
        socket.destroy();
        return;
      }
      quota.acquire(key);
      this.#open.add(socket);
      socket.once("close", () => {
        quota.release(key);
        this.#open.delete(socket);
      });
    });
  }

  /** Closes all connections that are still open. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
