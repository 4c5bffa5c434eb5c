import { readFileSync } from "node:fs";
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import type { Bus } from "./bus.ts";

/** Wait between two attempts to reach NATS again, ms. */
const RECONNECT_MS = 250;
/** How long an attempt to reach it may take, ms. */
const CONNECT_TIMEOUT_MS = 3_000;
/** NATS is asked so often whether it still answers, ms; without two answers in a row it is given up. */
const PING_INTERVAL_MS = 2_000;
const PINGS_MISSED_MAX = 2;

/** Where NATS is, and what it asks for. */
export interface NatsOptions {
  /** Addresses of one NATS system: `nats://` or `tls://`, with user and password if it asks for them. */
  readonly urls: readonly string[];
  /** Path of a file with credentials (a JWT and an nkey); "" for none. */
  readonly credentials: string;
  /** Path of the certificate of the authority that has signed NATS's own, PEM; "" for the system's. */
  readonly authority: string;
}

/**
 * Connects to NATS. A connection that is lost is made again, for as long as it takes.
 * @param name shown in NATS's own monitoring
 * @param isPatient whether to wait, without an error, until NATS can be reached
 * @throws Error with one line if NATS cannot be reached, or refuses this server
 */
export async function connectNats(options: NatsOptions, name: string, isPatient = false): Promise<NatsBus> {
  try {
    return new NatsBus(await connect(connectionOptions(options, name, isPatient)));
  } catch (error) {
    throw new Error(reasonOf(error as Error, options), { cause: error });
  }
}

function connectionOptions(options: NatsOptions, name: string, isPatient: boolean): NodeConnectionOptions {
  const urls = options.urls.map((url) => new URL(url));
  const { username = "", password = "" } = urls[0] ?? {};
  const isSecure = urls.some(({ protocol }) => protocol === "tls:");
  return {
    name,
    servers: urls.map(({ host }) => host),
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(options.credentials && { authenticator: credsAuthenticator(readFileSync(options.credentials)) }),
    ...((isSecure || options.authority) && { tls: options.authority ? { caFile: options.authority } : {} }),
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    reconnectJitterTLS: RECONNECT_MS,
    ignoreAuthErrorAbort: true,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_MISSED_MAX,
    waitOnFirstConnect: isPatient,
  };
}

/** One line for the person who starts the server. User and password are not repeated. */
function reasonOf({ name, message }: Error, { urls }: NatsOptions): string {
  const where = urls.map((url) => new URL(url).host).join(", ");
  if (name === "AuthorizationError" || /authoriz/i.test(message)) {
    return (
      `NATS at ${where} refuses this server: check the user and password in RELAY_URL, ` +
      "or the file in RELAY_CREDENTIALS."
    );
  }
  return `NATS at ${where} cannot be reached (${message}): check RELAY_URL, and that NATS runs.`;
}

/** A connection to NATS. */
export class NatsBus implements Bus {
  /** For JetStream. */
  readonly connection: NatsConnection;
  #isConnected = true;
  onChange: (isConnected: boolean) => void = () => {};
  onError: (error: unknown) => void = () => {};

  constructor(connection: NatsConnection) {
    this.connection = connection;
    void this.#watch();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  publish(subject: string, data: Uint8Array): void {
    // The client would keep it until the connection is back: sound would come late, and commands twice.
    if (this.#isConnected) this.connection.publish(subject, data);
  }

  subscribe(subject: string, receive: (data: Buffer) => void): () => void {
    const subscription = this.connection.subscribe(subject, {
      callback: (error, { data }) => {
        if (error) return;
        try {
          receive(Buffer.from(data.buffer, data.byteOffset, data.length));
        } catch (failure) {
          this.onError(failure);
        }
      },
    });
    return () => subscription.unsubscribe();
  }

  async close(): Promise<void> {
    this.#isConnected = false;
    this.onChange = () => {};
    if (!this.connection.isClosed()) await this.connection.close();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === "disconnect" || type === "reconnect") this.#set(type === "reconnect");
    }
  }

  #set(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.onChange(isConnected);
  }
}
