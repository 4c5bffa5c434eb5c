import { createServer, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { HttpsCertificate } from "./certificate.ts";

type PortKey = "PORT" | "UDP_PORT";

/**
 * How long a browser may take to say what it wants, ms, and how often those that say nothing are looked for.
 */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 };
/** How long it may take to agree on TLS, ms; Node would wait for two minutes. */
const HANDSHAKE_TIMEOUT = 10_000;
/**
 * How long a connection may stand still, also while it is answered, ms. WebSockets have their heartbeat
 * instead.
 */
const IDLE_TIMEOUT = 30_000;

/** A server for pages and signalling that does not listen yet; with a certificate, over HTTPS. */
export function createWebServer(certificate: HttpsCertificate | undefined): Server | SecureServer {
  const server = certificate
    ? createSecureServer({ ...TIMEOUTS, ...certificate, handshakeTimeout: HANDSHAKE_TIMEOUT })
    : createServer(TIMEOUTS);
  return server.setTimeout(IDLE_TIMEOUT);
}

/** Resolves when the server listens; rejects with the system's error when it cannot. */
export function listen(server: Server | SecureServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * Says what a person can do about a port that cannot be had.
 * @param key what it is for
 * @param set the key that sets it: both ports move together unless told otherwise
 */
export function portError(error: unknown, key: PortKey, port: number, set: PortKey = key): unknown {
  const what = key === "PORT" ? `Port ${port}` : `UDP port ${port}`;
  const advice = `Choose another with ${set}, for example ${set}=${port === 8081 ? 8082 : 8081}.`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Error(`${what} is in use by another program. ${advice}`, { cause: error });
    case "EACCES":
      return new Error(`${what} needs more rights than this user has. ${advice}`, { cause: error });
    case "EADDRNOTAVAIL":
      return new Error(`${key === "PORT" ? "HOST" : "UDP_HOST"} is not an address of this machine.`, {
        cause: error,
      });
    default:
      return error;
  }
}
