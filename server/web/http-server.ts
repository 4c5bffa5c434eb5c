import { createServer, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { HttpsCertificate } from "./https/certificate.ts";
import { acceptPlainHttp } from "./https/one-port.ts";

type PortKey = "PORT" | "UDP_PORT";

/** Timeouts of a request, ms, and the interval at which Node checks them. */
const TIMEOUTS_MS = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 };
/** How long a TLS handshake may take, ms. Node's default is two minutes. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long a connection may be idle, also during a response, ms. WebSockets have a heartbeat instead. */
const IDLE_TIMEOUT_MS = 30_000;

/** Creates the server for pages and signalling: HTTPS if there is a certificate, and plain HTTP too. */
export function createWebServer(certificate: HttpsCertificate | undefined): Server | SecureServer {
  if (!certificate) return createServer(TIMEOUTS_MS).setTimeout(IDLE_TIMEOUT_MS);
  const options = { ...TIMEOUTS_MS, ...certificate, handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  const server = createSecureServer(options);
  acceptPlainHttp(server);
  return server.setTimeout(IDLE_TIMEOUT_MS);
}

/** Resolves when the server listens. Rejects with the system's error if it cannot. */
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
 * Turns the system's error about a port into a message that says what to do.
 * @param key the port that failed
 * @param set the setting to change: without `UDP_PORT`, `PORT` sets both ports
 */
export function portError(error: unknown, key: PortKey, port: number, set: PortKey = key): unknown {
  const what = key === "PORT" ? `Port ${port}` : `UDP port ${port}`;
  const advice = `Choose another with ${set}, for example ${set}=${port === 8081 ? 8082 : 8081}.`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Error(`${what} is in use by another program. ${advice}`, { cause: error });
    case "EACCES":
      return new Error(`${what} needs privileges that this user does not have. ${advice}`, { cause: error });
    case "EADDRNOTAVAIL":
      return new Error(`${key === "PORT" ? "HOST" : "UDP_HOST"} is not an address of this machine.`, {
        cause: error,
      });
    default:
      return error;
  }
}
