import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { DatagramKind } from "../model.ts";
import type { Destination } from "./outputs.ts";

/** The source of a datagram, to which answers are sent. */
export interface Remote extends Destination {
  /** Address and port, as a key for maps. */
  key: string;
}

export interface PortOptions {
  /** IP address to bind; "0.0.0.0" and "::" mean all addresses of both families. */
  host: string;
  /** UDP port; 0 for any free one. */
  port: number;
  /** Whether several threads bind the same port. The kernel then distributes the senders among them. */
  shared: boolean;
  receive(kind: DatagramKind, datagram: Buffer, remote: Remote): void;
  /** A datagram could not be sent, or a socket reported an error. The port stays open. */
  failed(error: Error): void;
}

/** Size of the system's socket buffers, enough for a burst of packets to a thousand listeners. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

/** The server's UDP port, which receives and sends the datagrams of all peers. */
export class Port {
  readonly #sockets: Socket[];
  /** The bound port number. */
  readonly number: number;

  private constructor(sockets: Socket[], number: number) {
    this.#sockets = sockets;
    this.number = number;
  }

  /**
   * Binds the port. For a wildcard address, binds it in both families if the machine has IPv6.
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

  /** The remote with this address and port; undefined if the address's family is not bound. */
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

/** The system's error codes on a machine without IPv6. */
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
      socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
      socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
      socket.on("message", (datagram, from) => {
        // A datagram from port 0 is dropped: its source is forged, and no answer can be sent to port 0.
        const kind = from.port === 0 ? undefined : kindOf(datagram);
        if (kind) options.receive(kind, datagram, remoteOf(socket, from));
      });
      resolve(socket);
    });
  });
}

/**
 * Replaces Node's look-up of host names, which delays every send to the next tick. All addresses here are
 * literals, from the configuration or from datagrams.
 */
function lookupLiteral(
  address: string,
  family: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, family as number);
}

/** A datagram's protocol, by its first byte (RFC 7983 §7). */
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
