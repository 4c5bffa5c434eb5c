import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { extname } from "node:path";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { PeerId, PeerSpec } from "../model.ts";
import { Port } from "../wire/port.ts";
import type {
  DtlsCertificate,
  HandshakeThreadCommand,
  MediaCommand,
  MediaEvent,
  RelayCommand,
  RelayThreadOptions,
  WorkerData,
} from "./messages.ts";
import { LIVENESS_INTERVAL_MS, LOST_AFTER_S, Watchdog } from "./watchdog.ts";

/** `.ts` in the repository, `.js` in the package: Node strips no types inside `node_modules`. */
const WORKER_URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

export interface ThreadsOptions {
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Media threads, 1 or more. */
  workers: number;
  certificate: DtlsCertificate;
  /** What leads to other machines; undefined if there are none. */
  relay?: Omit<RelayThreadOptions, "local"> | undefined;
  /** Handles the events of media threads, except for those that this class handles itself. */
  handle(event: MediaEvent): void;
  /** Called once, when a thread has ended or hangs. The server cannot continue. */
  failed(error: Error): void;
}

/**
 * Nearly all objects of these threads are short-lived. A small young generation saves 60 KB of memory for
 * each of 1,000 listeners and costs no measurable time.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 };

/**
 * Keystream and datagrams lie outside V8's heap, but V8 counts them towards its next full collection, which
 * is due when a small heap has grown by 8 MB. With 3,000 listeners that is once a second, for 40 ms, to no
 * effect. This flag lets the heap grow to five times its size; the short collections free what is unused.
 */
const HEAP_GROWTH_FLAG = "--heap-growing-percent=400";

/** A thread takes a few ms to close. One that takes longer than this hangs and is terminated. */
const CLOSE_TIMEOUT_MS = 1_500;

/**
 * The media threads, all on one UDP port, and the handshake thread. Every media thread expects every peer. A
 * peer is assigned to the thread that its first authentic check reaches.
 */
export class Threads {
  #port = 0;
  readonly #options: ThreadsOptions;
  readonly #workers: Worker[] = [];
  readonly #handshakeWorker: Worker;
  #relayWorker: Worker | undefined;
  /** The thread that each peer is assigned to. */
  readonly #assigned = new Map<PeerId, Worker>();
  readonly #watchdog: Watchdog;
  readonly #checking: NodeJS.Timeout;
  /** Rejects when a thread fails before all have bound the port. */
  readonly #startFailure = Promise.withResolvers<never>();
  #isOpen = false;
  #hasFailed = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog((thread) =>
      this.#fail(`The thread "${thread}" has not answered for ${LOST_AFTER_S} seconds.`),
    );
    this.#checking = setInterval(() => this.#watchdog.check(), LIVENESS_INTERVAL_MS);
    // Nobody awaits this promise after the start. Without a handler, a rejection would then be unhandled.
    this.#startFailure.promise.catch(() => {});
    this.#handshakeWorker = this.#start("handshakes", {
      kind: "handshakes",
      certificate: options.certificate,
    });
  }

  /**
   * Starts the threads and waits until all have bound the port.
   * @throws the system's error when the port cannot be bound, such as EADDRINUSE
   */
  static async open(options: ThreadsOptions): Promise<Threads> {
    setFlagsFromString(HEAP_GROWTH_FLAG);
    const threads = new Threads(options);
    try {
      await threads.#open();
      return threads;
    } catch (error) {
      await threads.#abort();
      throw error;
    }
  }

  /** The UDP port that is bound. */
  get port(): number {
    return this.#port;
  }

  /** Name of a thread that has been silent for a few seconds; undefined if all work. */
  get silent(): string | undefined {
    return this.#watchdog.silent;
  }

  /** Announces a peer to every media thread. */
  expect(spec: PeerSpec): void {
    this.send({ type: "expect", spec });
  }

  /** Sends a command to one media thread, always the same. */
  sendToFirst(command: MediaCommand): void {
    this.#workers[0]?.postMessage(command);
  }

  /** Sends a command to the relay thread, if there is one. */
  sendToRelay(command: RelayCommand): void {
    this.#relayWorker?.postMessage(command);
  }

  /** Sends a command to every media thread. */
  send(command: MediaCommand): void {
    for (const worker of this.#workers) worker.postMessage(command);
  }

  /** Closes the media threads, then the handshake thread; idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#checking);
    // A thread that has died has exited already; its id is then -1.
    const running = this.#all.filter(({ threadId }) => threadId !== -1);
    const ended = running.map((worker) => once(worker, "exit"));
    this.send({ type: "close" });
    this.sendToRelay({ type: "close" });
    const terminating = setTimeout(() => {
      for (const worker of running) void worker.terminate();
    }, CLOSE_TIMEOUT_MS);
    await Promise.all(ended);
    clearTimeout(terminating);
    await this.#handshakeWorker.terminate();
  }

  async #open(): Promise<void> {
    const { host, port, workers, relay: outside } = this.#options;
    const shared = workers > 1;
    const local = shared || outside ? randomUUID() : undefined;
    const thread = { host, port: shared ? await freePort(host, port) : port, shared, relay: local };
    if (outside) {
      this.#relayWorker = this.#start("relay", { kind: "relay", local: local!, ...outside });
      this.#relayWorker.on("message", (event: MediaEvent) => {
        if (event.type === "keyframe-wanted") this.send(event);
        else this.#options.handle(event);
      });
    }
    while (this.#workers.length < workers) {
      const { port1, port2 } = new MessageChannel();
      this.#handshakeWorker.postMessage(port1, [port1]);
      const name = `media ${this.#workers.length + 1}`;
      const worker = this.#start(name, { kind: "media", ...thread, handshakes: port2 }, [port2]);
      this.#workers.push(worker);
      const { promise: bound, ...first } = Promise.withResolvers<number>();
      worker.on("message", (event: MediaEvent) => {
        if (event.type === "listening") first.resolve(event.port);
        else if (event.type === "failed") first.reject(systemError(event));
        // Until all threads have started there are no peers, so the only events are counts of zero.
        else if (this.#isOpen) this.#handle(event, worker);
      });
      // A thread chooses the port itself only if it is the only one.
      this.#port = await Promise.race([bound, this.#startFailure.promise]);
    }
    this.#isOpen = true;
  }

  /** Ends the threads that have been started so far. */
  async #abort(): Promise<void> {
    clearInterval(this.#checking);
    this.#closing = Promise.resolve();
    const isRunning = this.#handshakeWorker.threadId !== -1;
    // Node prints a warning when a thread is terminated while it loads modules, so this one closes itself.
    this.#handshakeWorker.postMessage("close" satisfies HandshakeThreadCommand);
    await Promise.all([
      isRunning && once(this.#handshakeWorker, "exit"),
      ...this.#all.map((worker) => worker.terminate()),
    ]);
  }

  /** All threads except for the handshake thread, which they need until they have closed. */
  get #all(): readonly Worker[] {
    return this.#relayWorker ? [...this.#workers, this.#relayWorker] : this.#workers;
  }

  #start(name: string, workerData: WorkerData, transferList: MessagePort[] = []): Worker {
    const worker = new Worker(WORKER_URL, {
      workerData,
      transferList,
      name,
      resourceLimits: RESOURCE_LIMITS,
    });
    this.#watchdog.watch(name);
    worker.on("message", () => this.#watchdog.confirm(name));
    worker.on("error", (error) =>
      this.#fail(`The thread "${name}" has failed: ${error.message.replace(/\.$/, "")}.`, error),
    );
    worker.on("exit", (code) => this.#fail(`The thread "${name}" has ended with exit code ${code}.`));
    return worker;
  }

  #fail(message: string, cause?: Error): void {
    // Threads exit when they are closed. After a first failure, further ones are only consequences.
    if (this.#closing || this.#hasFailed) return;
    this.#hasFailed = true;
    const error = new Error(message, { cause });
    if (this.#isOpen) this.#options.failed(error);
    else this.#startFailure.reject(error);
  }

  #handle(event: MediaEvent, from: Worker): void {
    switch (event.type) {
      case "first-check":
        this.#assign(event.peer, from);
        break;
      case "misdelivered":
        this.#assigned.get(event.datagram.peer)?.postMessage(event);
        break;
      case "address-validated":
        this.#sendToOthers(from, event);
        break;
      case "keyframe-wanted":
        this.#sendToOthers(from, event);
        this.sendToRelay(event);
        this.#options.handle(event);
        break;
      case "pictures-wanted":
        this.sendToRelay(event);
        break;
      case "peer-closed":
        this.#assigned.delete(event.peer);
        this.#sendToOthers(from, {
          type: "close-peer",
          peer: event.peer,
          reason: event.reason,
          notify: false,
        });
        this.#options.handle(event);
        break;
      default:
        this.#options.handle(event);
    }
  }

  /** Assigns a peer to a thread, unless it is assigned. Two threads may receive first checks at once. */
  #assign(peer: PeerId, to: Worker): void {
    if (this.#assigned.has(peer)) {
      to.postMessage({ type: "assigned-elsewhere", peer } satisfies MediaCommand);
      return;
    }
    this.#assigned.set(peer, to);
    to.postMessage({ type: "assigned", peer } satisfies MediaCommand);
    this.#sendToOthers(to, { type: "assigned-elsewhere", peer });
  }

  #sendToOthers(except: Worker, command: MediaCommand): void {
    for (const worker of this.#workers) if (worker !== except) worker.postMessage(command);
  }
}

/**
 * A port that threads can share; a free one if `port` is 0. With `reusePort`, threads could bind a port that
 * another process shares among its own threads. So the port is first bound unshared, which fails if any
 * process has it.
 * @throws the system's error, such as EADDRINUSE
 */
async function freePort(host: string, port: number): Promise<number> {
  const probe = await Port.open({ host, port, shared: false, receive: () => {}, failed: () => {} });
  await probe.close();
  return probe.number;
}

function systemError({ message, code }: Extract<MediaEvent, { type: "failed" }>): Error {
  return Object.assign(new Error(message), { code });
}
