import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { PROTOCOL_VERSION } from "#protocol/version.ts";
import { WallClock } from "./clock.ts";
import { siteOf } from "./site.ts";

/** Close codes after which this page must not connect again: version-unsupported and host-replaced. */
const FATAL_CLOSE_CODES: readonly number[] = [4426, 4409];
/** The wait before the first new attempt; every further wait is twice as long. */
const FIRST_RETRY_MS = 250;
/** Attempts with short waits: enough for the restart of a server. */
const QUICK_RETRIES = 10;
/** The longest wait before each of these attempts. */
const LONGEST_QUICK_RETRY_MS = 1_000;
/** The longest wait before every later attempt. */
const LONGEST_RETRY_MS = 2_000;
/** How often the connection is looked at. */
const LOOK_MS = 1_000;
/** A connection on which nothing arrives between two of so many looks is given up. */
const HEARTBEAT_LOOKS = 5;
/** A page that looks this much later than it meant to has slept, with its device or alone. */
const SLEPT_MS = 2_000;
/** The same for a connection that seems to be dead: for so long after a ping. */
const DOUBT_MS = 1_000;
/** The number of pings for a first estimate of the wall clock. */
const FIRST_PINGS = 10;
/** The interval between them: short, as a page that joins paints by what they tell. */
const FIRST_INTERVAL_MS = 20;
/** An error of the estimate up to which the clock is known well. */
const GOOD_ERROR_MS = 0.3;
/** The number of pings after which the page pings less often although the clock is not known well. */
const FREQUENT_PINGS = 300;
/** The interval between pings until then. */
const FREQUENT_INTERVAL_MS = 50;
/** The interval between pings after that. */
const UNSURE_INTERVAL_MS = 500;
/** The interval between pings while the clock is known well. */
const PING_INTERVAL_MS = 3_000;

export interface SignalHandlers {
  /** Connected, and `hello` is sent. Called again after every reconnection. */
  open(): void;
  message(message: ServerMessage): void;
  /** A binary message: encoded frames. */
  frames?(message: ArrayBuffer): void;
  /**
   * The connection is lost, or an attempt has failed.
   * @param fatal the server has refused this page for good; no attempt follows
   */
  down(fatal: boolean): void;
}

/**
 * The page's signalling connection: sends `hello` by itself, and connects again whenever it is lost. The
 * waits between attempts double and have jitter. When the network comes back or the page becomes visible, it
 * connects at once.
 */
export class Signal {
  readonly clock = new WallClock();
  readonly #handlers: SignalHandlers;
  readonly #closing = new AbortController();
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #pinging: ReturnType<typeof setTimeout> | undefined;
  /** The addresses by which the wall is reached; the first one is tried now. */
  #sites = [siteOf(location)];
  #pings = 0;
  #failures = 0;
  /** How many messages have arrived, and how many of them before the last heartbeat. */
  #heard = 0;
  #heardBefore = 0;
  #looks = 0;
  /** The time of day of the last look: `performance.now()` stands still while some systems sleep. */
  #lookedAt = 0;

  constructor(handlers: SignalHandlers) {
    this.#handlers = handlers;
    const { signal } = this.#closing;
    window.addEventListener("online", () => this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake(), { signal });
    // The browser keeps a page that is left only if nothing is open, and may show it again.
    // Without a connection, a page that is left has left the wall, too.
    const leave = () => {
      this.#lost(false);
      clearTimeout(this.#retry);
    };
    window.addEventListener("pagehide", leave, { signal });
    window.addEventListener("pageshow", () => this.#wake(), { signal });
    this.#connect();
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Sends a message, or drops it while disconnected; `open` is the time to send it again.
   * @returns whether it was sent
   */
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
    this.#heardBefore = this.#heard;
    this.#looks = 0;
    this.#lookedAt = Date.now();
    const socket = new WebSocket(`${this.#sites[0]!.replace(/^http/, "ws")}ws`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.send({ type: "hello", version: PROTOCOL_VERSION });
      this.#pings = 0;
      // First, so that the page knows the wall clock when it is in the wall.
      this.#ping();
      this.#handlers.open();
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      this.#heard++;
      // Not in `onopen`: a server that accepts connections and closes them at once needs the longer waits.
      this.#failures = 0;
      if (typeof event.data !== "string") {
        this.#handlers.frames?.(event.data);
        return;
      }
      const message = JSON.parse(event.data) as ServerMessage;
      if (message.type === "pong") this.clock.add({ ...message, arrived: performance.now() });
      else if (message.type === "nodes") {
        this.#sites = [this.#sites[0]!, ...message.sites.map((site) => `${site}/`)];
        if (message.go) this.#lost(false);
      } else this.#handlers.message(message);
    };
    socket.onclose = (event) => this.#lost(FATAL_CLOSE_CODES.includes(event.code));
    this.#heartbeat = setInterval(() => this.#look(), LOOK_MS);
  }

  /**
   * A browser needs minutes to notice a dead network; a ping or a `hello` without an answer shows it at once.
   * After a sleep the server may have given this page up, and the clocks agree no more.
   */
  #look(): void {
    const lateMs = Date.now() - this.#lookedAt - LOOK_MS;
    this.#lookedAt = Date.now();
    if (lateMs > SLEPT_MS) this.doubt();
    if (++this.#looks % HEARTBEAT_LOOKS > 0) return;
    if (this.#heard === this.#heardBefore) this.#lost(false);
    this.#heardBefore = this.#heard;
  }

  /**
   * Gives the connection up if nothing arrives for a second: to its pings at least there is an answer. They
   * are as frequent as on a new connection.
   */
  doubt(): void {
    if (!this.connected) return;
    const socket = this.#socket;
    const heard = this.#heard;
    clearTimeout(this.#pinging);
    this.#pings = 0;
    this.#ping();
    setTimeout(() => {
      if (socket === this.#socket && heard === this.#heard) this.#lost(false);
    }, DOUBT_MS);
  }

  #ping(): void {
    this.send({ type: "ping", sent: performance.now() });
    this.#pings += 1;
    this.#pinging = setTimeout(() => this.#ping(), this.#pingInterval());
  }

  #pingInterval(): number {
    if (this.#pings < FIRST_PINGS) return FIRST_INTERVAL_MS;
    const { error = Number.POSITIVE_INFINITY } = this.clock;
    if (error <= GOOD_ERROR_MS) return PING_INTERVAL_MS;
    return this.#pings < FREQUENT_PINGS ? FREQUENT_INTERVAL_MS : UNSURE_INTERVAL_MS;
  }

  #lost(fatal: boolean): void {
    this.#drop();
    if (fatal) {
      this.#closing.abort();
    } else {
      const longestMs = this.#failures < QUICK_RETRIES ? LONGEST_QUICK_RETRY_MS : LONGEST_RETRY_MS;
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, longestMs);
      this.#failures += 1;
      this.#sites.push(this.#sites.shift()!);
      this.#retry = setTimeout(() => this.#connect(), waitMs * (0.75 + Math.random() / 2));
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
