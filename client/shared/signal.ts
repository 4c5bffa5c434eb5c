import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { PROTOCOL_VERSION } from "#protocol/version.ts";
import { askClock } from "./ask-clock.ts";
import { type ClockSample, WallClock } from "./clock.ts";

/** Close codes after which the same page must not come back: version-unsupported and host-replaced. */
const FATAL_CLOSE_CODES: ReadonlySet<number> = new Set([4426, 4409]);
const FIRST_RETRY_MS = 250;
/** Longest waits: while it may be a restart, and when it has taken more tries than that. */
const QUICK_RETRIES = { count: 10, longest: 1_000 };
const LONGEST_RETRY_MS = 2_000;
/** A server that has not spoken for this long is taken for gone. */
const HEARTBEAT_MS = 5_000;
/** Pings come quickly until the wall clock is known, then often until it is known well, then now and then. */
const FIRST_PINGS = { count: 10, interval: 100 };
const MORE_PINGS = { count: 300, interval: 50, enough: 0.3 };
const UNSURE_INTERVAL_MS = 500;
const PING_INTERVAL_MS = 3_000;
/** A page that pings so much later than it meant to is too busy to read a pong when it comes. */
const HELD_UP_MS = 10;

export interface SignalHandlers {
  /** Connected, and `hello` is sent: say what the page wants. Called again after every reconnection. */
  open(): void;
  message(message: ServerMessage): void;
  /**
   * The connection is lost, or one attempt failed. `fatal`: the server refused for good, no retry follows.
   */
  down(fatal: boolean): void;
}

export interface SignalOptions {
  /** Defaults to `/ws` on the page's own host. */
  url?: string;
  WebSocket?: typeof globalThis.WebSocket;
  /** Asks for the wall clock by another way than this page's thread. */
  askClock?: () => Promise<ClockSample | undefined>;
}

/**
 * The page's signalling connection: typed, greets the server by itself, and comes back for ever.
 * Retries start fast, back off with jitter, and go at once when the network or the page wakes up.
 */
export class Signal {
  readonly clock = new WallClock();
  readonly #handlers: SignalHandlers;
  readonly #url: string;
  readonly #WebSocket: typeof globalThis.WebSocket;
  readonly #askClock: NonNullable<SignalOptions["askClock"]>;
  readonly #closing = new AbortController();
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #pinging: ReturnType<typeof setTimeout> | undefined;
  #pings = 0;
  #pingDue = 0;
  #asking = false;
  #failures = 0;
  #heard = false;

  constructor(handlers: SignalHandlers, options: SignalOptions = {}) {
    this.#handlers = handlers;
    this.#url = options.url ?? `${location.origin.replace(/^http/, "ws")}/ws`;
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    this.#askClock = options.askClock ?? askClock;
    const { signal } = this.#closing;
    window.addEventListener("online", () => this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake(), { signal });
    this.#connect();
  }

  get connected(): boolean {
    return this.#socket?.readyState === this.#WebSocket.OPEN;
  }

  /** Sends now or not at all: false while disconnected, when `open` will be the time to say it again. */
  send(message: ClientMessage): boolean {
    if (!this.connected) return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }

  /** Ends the connection for good. No handler is called afterwards. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#retry);
    this.#drop();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#heard = false;
    const socket = new this.#WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.send({ type: "hello", version: PROTOCOL_VERSION });
      this.#handlers.open();
      this.#pings = 0;
      this.#pingIn(FIRST_PINGS.interval);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.#heard = true;
      // Only now: a server that accepts and then refuses must not be hammered.
      this.#failures = 0;
      const message = JSON.parse(event.data) as ServerMessage;
      if (message.type === "pong") this.clock.add({ ...message, arrived: performance.now() });
      else this.#handlers.message(message);
    };
    socket.onclose = (event) => this.#lost(FATAL_CLOSE_CODES.has(event.code));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** A dead network tells a browser nothing for minutes; unanswered pings (or an unanswered greeting) do. */
  #beat(): void {
    if (!this.#heard) this.#lost(false);
    this.#heard = false;
  }

  #pingIn(interval: number): void {
    this.#pingDue = performance.now() + interval;
    this.#pinging = setTimeout(() => this.#ping(), interval);
  }

  #ping(): void {
    const sent = performance.now();
    this.send({ type: "ping", sent });
    // Every page is held up while it loads, and one that is hidden has nothing to show in time.
    const isHeldUp = sent - this.#pingDue > HELD_UP_MS && !document.hidden;
    if (isHeldUp && this.#pings >= FIRST_PINGS.count) void this.#ask();
    this.#pings += 1;
    this.#pingIn(this.#pingInterval());
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const sample = await this.#askClock();
    this.#asking = false;
    if (sample && this.connected) this.clock.add(sample);
  }

  #pingInterval(): number {
    if (this.#pings < FIRST_PINGS.count) return FIRST_PINGS.interval;
    const { error = Number.POSITIVE_INFINITY } = this.clock;
    if (error <= MORE_PINGS.enough) return PING_INTERVAL_MS;
    return this.#pings < MORE_PINGS.count ? MORE_PINGS.interval : UNSURE_INTERVAL_MS;
  }

  #lost(fatal: boolean): void {
    this.#drop();
    if (fatal) {
      this.#closing.abort();
    } else {
      const longest = this.#failures < QUICK_RETRIES.count ? QUICK_RETRIES.longest : LONGEST_RETRY_MS;
      const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, longest);
      this.#failures += 1;
      this.#retry = setTimeout(() => this.#connect(), delay * (0.75 + Math.random() / 2));
    }
    this.#handlers.down(fatal);
  }

  #wake(): void {
    if (this.#retry === undefined) return;
    this.#failures = 0;
    this.#connect();
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#pinging);
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
