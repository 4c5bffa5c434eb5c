import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { nameInHost } from "../../net/address.ts";
import { listen } from "../http-server.ts";

/** Where an ACME server asks for the proof (RFC 8555 §8.3). */
const CHALLENGE = /^\/\.well-known\/acme-challenge\/([\w-]{1,256})$/;
/** Most connections at a time. An ACME server needs a handful, and browsers are sent on at once. */
const CONNECTIONS_MAX = 256;
/** Timeouts of a request and of an idle connection, ms. */
const TIMEOUT_MS = 5_000;

export interface AcmeChallengesOptions {
  readonly host: string;
  /** The setting `ACME_HTTP_PORT`. */
  readonly port: number;
  /** Where everything else is, without a slash at its end. */
  readonly site: string;
  readonly domains: readonly string[];
}

/** The port on which an ACME server finds the proof that a domain is this server's; redirects all else. */
export class AcmeChallenges {
  readonly #options: AcmeChallengesOptions;
  readonly #proofs = new Map<string, string>();
  #server: Server | undefined;

  constructor(options: AcmeChallengesOptions) {
    this.#options = options;
  }

  /**
   * Listens, if it does not already.
   * @throws the system's error if the port cannot be used
   */
  async open(): Promise<void> {
    if (this.#server) return;
    const { port, host } = this.#options;
    const timeouts = { headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS };
    const server = createServer({ ...timeouts, connectionsCheckingInterval: 1_000 }, this.#answer);
    server.maxConnections = CONNECTIONS_MAX;
    server.setTimeout(TIMEOUT_MS);
    await listen(server, port, host);
    this.#server = server;
  }

  /** Shows a proof under its token, until {@link forget}. */
  show(token: string, proof: string): void {
    this.#proofs.set(token, proof);
  }

  forget(token: string): void {
    this.#proofs.delete(token);
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = "/", headers } = request;
    const proof = this.#proofs.get(CHALLENGE.exec(url)?.[1] ?? "");
    response.setHeader("Connection", "close");
    if (proof !== undefined) {
      response.setHeader("Content-Type", "application/octet-stream");
      response.end(proof);
      return;
    }
    const { site, domains } = this.#options;
    const name = nameInHost(headers.host ?? "");
    const own = new URL(site);
    if (domains.includes(name)) own.hostname = name;
    response.statusCode = 307;
    response.setHeader("Location", `${own.origin}${url.startsWith("/") ? url : "/"}`);
    response.end();
  };
}
