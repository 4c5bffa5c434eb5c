import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { DatagramKind } from "../model.ts";
import type { Destination } from "./outputs.ts";

/** Where a datagram came from and where answers go. */
export interface Remote extends Destination {
  /** Unique per remote, for maps. */
  key: string;
}

export interface PortOptions {
  /** IP address to bind; "0.0.0.0" and "::" mean all, in both families. */
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Several threads bind the same port and the kernel spreads the senders over them. */
  shared: boolean;
  receive(kind: DatagramKind, datagram: Buffer, remote: Remote): void;
  /** A datagram could not be sent, or a socket failed; media is lost, nothing ends. */
  failed(error: Error): void;
}

/** Kernel buffers in bytes, so that a burst to a thousand listeners is not dropped on the way out. */
const SOCKET_BUFFER = 4 * 1024 * 1024;

/** The one UDP port: every peer's datagrams come in and go out here. */
export class Port {
  readonly #sockets: Socket[];
  /** The port that is bound. */
  readonly number: number;

  private constructor(sockets: Socket[], number: number) {
    this.#sockets = sockets;
    this.number = number;
  }

  /**
   * Binds the port, in both families where the address is a wildcard and the machine has IPv6.
   * @throws the system's error, such as EADDRINUSE
   */
  static async open(options: PortOptions): Promise<Port> {
    const wildcard = options.host === "0.0.0.0" || options.host === "::" || options.host === "";
    if (!wildcard) {
      const socket = await bind(options, options.host, options.port);
      return new Port([socket], socket.address().port);
    }
    const four = await bind(options, "0.0.0.0", options.port);
    const number = four.address().port;
    try {
      return new Port([four, await bind(options, "::", number)], number);
    } catch (error) {
      if (!WITHOUT_IPV6.has((error as NodeJS.ErrnoException).code ?? "")) {
        four.close();
        throw error;
      }
      return new Port([four], number);
    }
  }

  /** An address as this port reaches it; undefined if its family is not bound. */
  remote(address: string, port: number): Remote | undefined {
    const type = isIPv6(address) ? "IPv6" : "IPv4";
    const socket = this.#sockets.find((bound) => bound.address().family === type);
    return socket && remoteOf(socket, { address, port });
  }

  /** Closes the sockets; idempotent. */
  async close(): Promise<void> {
    const open = this.#sockets.splice(0);
    await Promise.all(open.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }
}

/** How a machine says that it has no IPv6. */
const WITHOUT_IPV6 = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL"]);

function bind(options: PortOptions, address: string, port: number): Promise<Socket> {
  const family = isIPv6(address) ? "udp6" : "udp4";
  const socket = createSocket({
    type: family,
    ipv6Only: family === "udp6",
    reusePort: options.shared,
    lookup: lookupLiteral,
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, () => {
      socket.off("error", reject);
      socket.on("error", options.failed);
      socket.setRecvBufferSize(SOCKET_BUFFER);
      socket.setSendBufferSize(SOCKET_BUFFER);
      socket.on("message", (datagram, from) => {
        // Nothing can be sent to port 0: a sender that claims to be there is none.
        const kind = from.port === 0 ? undefined : kindOf(datagram);
        if (kind) options.receive(kind, datagram, remoteOf(socket, from));
      });
      resolve(socket);
    });
  });
}

/**
 * Addresses are literals, from the configuration or from datagrams: no look-up, and no wait for the
 * next tick, which Node's own look-up puts before every send.
 */
function lookupLiteral(
  address: string,
  family: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, family as number);
}

function kindOf(datagram: Buffer): DatagramKind | undefined {
  const first = datagram[0];
  if (first === undefined) return;
  if (first <= 3) return "stun";
  if (first >= 20 && first <= 63) return "dtls";
  if (first >= 128 && first <= 191) return "media";
}

function remoteOf(socket: Socket, { address, port }: { address: string; port: number }): Remote {
  return { address, port, socket, key: `${address} ${port}` };
}
