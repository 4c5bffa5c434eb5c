import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { extname } from "node:path";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { PeerId, PeerSpec } from "../model.ts";
import { Port } from "../wire/port.ts";
import { BEAT, Heartbeats, LOST_SECONDS } from "./heartbeat.ts";
import type {
  DtlsCertificate,
  HandshakeWorkerCommand,
  ThreadCommand,
  ThreadEvent,
  ThreadOptions,
} from "./messages.ts";

/** `.ts` in the repository, `.js` in the package: Node strips no types inside `node_modules`. */
const EXTENSION = extname(import.meta.url);

export interface ThreadsOptions {
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Media threads, 1 or more. */
  workers: number;
  certificate: DtlsCertificate;
  /** What a thread tells, but for what the threads settle among themselves. */
  hear(event: ThreadEvent): void;
  /** A thread has ended or hangs; the server can not go on. Told once. */
  failed(error: Error): void;
}

/**
 * Nearly all that these threads allocate is forgotten at once. A small nursery, in MB, keeps the process
 * small (60 KB less for each of 1,000 listeners) and costs no measurable time.
 */
const SHORT_LIVED = { maxYoungGenerationSizeMb: 4 };

/**
 * Keystream and datagrams lie outside V8's heap, and V8 counts them towards its next full collection, which
 * is due when a small heap has grown by 8 MB: every second with 3,000 listeners, 40 ms each time, for
 * nothing. With this it may grow to five times its size, and the short collections take what is forgotten.
 */
const RARE_COLLECTIONS = "--heap-growing-percent=400";

/** Ending takes a thread a few ms; one that has not in this many ms hangs, and is stopped from outside. */
const CLOSE_LIMIT = 1_500;

/**
 * The media threads, all on one UDP port, and the thread that does their handshakes. A peer is expected
 * by all of them and lives in the one that its first authentic check reaches.
 */
export class Threads {
  #port = 0;
  readonly #options: ThreadsOptions;
  readonly #workers: Worker[] = [];
  readonly #handshaker: Worker;
  readonly #owners = new Map<PeerId, Worker>();
  readonly #heartbeats: Heartbeats;
  readonly #looking: NodeJS.Timeout;
  /** Rejects when a thread fails before all have bound the port. */
  readonly #broken = Promise.withResolvers<never>();
  #isOpen = false;
  #hasFailed = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#heartbeats = new Heartbeats((thread) =>
      this.#fail(`The thread "${thread}" has not answered for ${LOST_SECONDS} seconds.`),
    );
    this.#looking = setInterval(() => this.#heartbeats.look(), BEAT);
    // Without a handler of its own a rejection that comes after the start would be a defect of its own.
    this.#broken.promise.catch(() => {});
    this.#handshaker = this.#start("handshakes", "handshake-worker", { certificate: options.certificate });
  }

  /**
   * Starts the threads and waits until all have bound the port.
   * @throws the system's error when the port can not be bound, such as EADDRINUSE
   */
  static async open(options: ThreadsOptions): Promise<Threads> {
    setFlagsFromString(RARE_COLLECTIONS);
    const threads = new Threads(options);
    try {
      await threads.#open();
      return threads;
    } catch (error) {
      await threads.#abandon();
      throw error;
    }
  }

  /** The UDP port that is bound. */
  get port(): number {
    return this.#port;
  }

  /** Name of a thread that has not answered for a few seconds; undefined if all do. */
  get silent(): string | undefined {
    return this.#heartbeats.silent;
  }

  /** Tells every thread whom to expect. */
  expect(spec: PeerSpec): void {
    this.tell({ type: "expect", spec });
  }

  /** Tells every thread. */
  tell(command: ThreadCommand): void {
    for (const worker of this.#workers) worker.postMessage(command);
  }

  /** Ends the media threads in their order, then the handshakes; idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#looking);
    // A thread that died has exited before; its id is then -1.
    const running = this.#workers.filter(({ threadId }) => threadId !== -1);
    const ended = running.map((worker) => once(worker, "exit"));
    this.tell({ type: "close" });
    const stopping = setTimeout(() => {
      for (const worker of running) void worker.terminate();
    }, CLOSE_LIMIT);
    await Promise.all(ended);
    clearTimeout(stopping);
    await this.#handshaker.terminate();
  }

  async #open(): Promise<void> {
    const { host, port, workers } = this.#options;
    const relay = workers > 1 ? randomUUID() : undefined;
    const thread: ThreadOptions = { host, port: workers > 1 ? await freePort(host, port) : port, relay };
    while (this.#workers.length < workers) {
      const { port1, port2 } = new MessageChannel();
      this.#handshaker.postMessage(port1, [port1]);
      const name = `media ${this.#workers.length + 1}`;
      const worker = this.#start(name, "media-worker", { ...thread, handshakes: port2 }, [port2]);
      this.#workers.push(worker);
      const { promise: bound, ...first } = Promise.withResolvers<number>();
      worker.on("message", (event: ThreadEvent) => {
        if (event.type === "listening") first.resolve(event.port);
        else if (event.type === "failed") first.reject(systemError(event));
        // Before all have started nobody listens yet, and there is nothing but counts of nothing.
        else if (this.#isOpen) this.#settle(event, worker);
      });
      // One that chooses its port itself is the only one.
      this.#port = await Promise.race([bound, this.#broken.promise]);
    }
    this.#isOpen = true;
  }

  /** Ends what has been started so far. */
  async #abandon(): Promise<void> {
    clearInterval(this.#looking);
    this.#closing = Promise.resolve();
    const isRunning = this.#handshaker.threadId !== -1;
    // It may still be loading its modules, and Node warns of one that is cut off half-way.
    this.#handshaker.postMessage("close" satisfies HandshakeWorkerCommand);
    await Promise.all([
      isRunning && once(this.#handshaker, "exit"),
      ...this.#workers.map((worker) => worker.terminate()),
    ]);
  }

  #start(name: string, file: string, workerData: object, transferList: MessagePort[] = []): Worker {
    const url = new URL(`./${file}${EXTENSION}`, import.meta.url);
    const worker = new Worker(url, { workerData, transferList, name, resourceLimits: SHORT_LIVED });
    this.#heartbeats.add(name);
    worker.on("message", () => this.#heartbeats.beat(name));
    worker.on("error", (error) =>
      this.#fail(`The thread "${name}" has failed: ${error.message.replace(/\.$/, "")}.`, error),
    );
    worker.on("exit", (code) => this.#fail(`The thread "${name}" has ended with exit code ${code}.`));
    return worker;
  }

  #fail(message: string, cause?: Error): void {
    // Threads end when they are told to, and what follows a failure is another.
    if (this.#closing || this.#hasFailed) return;
    this.#hasFailed = true;
    const error = new Error(message, { cause });
    if (this.#isOpen) this.#options.failed(error);
    else this.#broken.reject(error);
  }

  #settle(event: ThreadEvent, from: Worker): void {
    switch (event.type) {
      case "claimed":
        // Two threads may meet the peer at once; the one that is heard first has it.
        if (this.#owners.has(event.peer)) from.postMessage({ type: "elsewhere", peer: event.peer });
        else {
          this.#owners.set(event.peer, from);
          from.postMessage({ type: "here", peer: event.peer });
          for (const other of this.#workers) {
            if (other !== from) other.postMessage({ type: "elsewhere", peer: event.peer });
          }
        }
        break;
      case "stray":
        this.#owners.get(event.stray.peer)?.postMessage(event);
        break;
      case "proven":
        for (const other of this.#workers) if (other !== from) other.postMessage(event);
        break;
      case "peer-closed":
        this.#owners.delete(event.peer);
        for (const other of this.#workers) {
          if (other !== from)
            other.postMessage({ type: "close-peer", peer: event.peer, reason: event.reason });
        }
        this.#options.hear(event);
        break;
      default:
        this.#options.hear(event);
    }
  }
}

/**
 * The port that threads can share; for 0 one that is free. Threads may bind a port that another process
 * shares among its own, so it is first bound as one that is not shared, which fails as long as anyone has it.
 * @throws the system's error, such as EADDRINUSE
 */
async function freePort(host: string, port: number): Promise<number> {
  const probe = await Port.open({ host, port, shared: false, receive: () => {}, failed: () => {} });
  await probe.close();
  return probe.number;
}

function systemError({ message, code }: Extract<ThreadEvent, { type: "failed" }>): Error {
  return Object.assign(new Error(message), { code });
}
