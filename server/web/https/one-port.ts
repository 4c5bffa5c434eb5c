import type { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";

/** First byte of a TLS connection: a handshake record (RFC 8446 §5.1). No HTTP request begins with it. */
const TLS_HANDSHAKE = 0x16;
/** How long a connection may send nothing, ms, as long as a TLS handshake may take. */
const SILENCE_MAX_MS = 10_000;

/**
 * Lets an HTTPS server answer plain HTTP too, on the same port: people type addresses without `https://`.
 * Requests of both kinds are handled by the same server, with the same limits and timeouts; the sockets of
 * those over TLS have `encrypted`.
 */
export function acceptPlainHttp(server: SecureServer): void {
  const startTls = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const end = () => socket.destroy();
    socket.setTimeout(SILENCE_MAX_MS, end);
    socket.once("error", end);
    socket.once("readable", () => {
      socket.setTimeout(0, end);
      socket.off("timeout", end);
      socket.off("error", end);
      const begin: Buffer | null = socket.read();
      // The connection has ended without a byte.
      if (begin === null) return end();
      socket.unshift(begin);
      if (begin[0] !== TLS_HANDSHAKE) server.emit("secureConnection", socket);
      else for (const start of startTls) start.call(server, socket);
    });
  });
}
