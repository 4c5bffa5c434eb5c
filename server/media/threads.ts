import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { extname } from "node:path";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import type { PeerId } from "./engine.ts";
import type { Certificate } from "./handshake-thread.ts";
import type { HandshakeWorkerCommand } from "./handshake-worker.ts";
import type { PeerSpec, ThreadCommand, ThreadEvent, ThreadOptions } from "./media-thread.ts";

/** `.ts` in the repository, `.js` in the package: Node strips no types inside `node_modules`. */
const EXTENSION = extname(import.meta.url);

export interface ThreadsOptions {
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Media threads, 1 or more. */
  workers: number;
  certificate: Certificate;
  /** What a thread tells, but for what the threads settle among themselves. */
  hear(event: ThreadEvent): void;
  /** A thread died; the server can not go on. */
  failed(error: Error): void;
}

/**
 * Nearly all that these threads allocate is forgotten at once. A small nursery, in MB, keeps the process
 * small (60 KB less for each of 1,000 listeners) and costs no measurable time.
 */
const SHORT_LIVED = { maxYoungGenerationSizeMb: 4 };

/**
 * Keystream and datagrams lie outside V8's heap, and V8 counts them towards its next full collection, which is due when a
 * small heap has grown by 8 MB: every second with 3,000 listeners, 40 ms each time, for nothing. With this it may grow to
 * five times its size, and the short collections take what is forgotten.
 */
const RARE_COLLECTIONS = "--heap-growing-percent=400";

/**
 * The media threads, all on one UDP port, and the thread that does their handshakes. A peer is expected
 * by all of them and lives in the one that its first authentic check reaches.
 */
export class Threads {
  readonly port: number;
  readonly #workers: readonly Worker[];
  readonly #handshaker: Worker;
  readonly #owners = new Map<PeerId, Worker>();
  readonly #hear: (event: ThreadEvent) => void;
  #closing: Promise<void> | undefined;

  private constructor(port: number, workers: readonly Worker[], handshaker: Worker, options: ThreadsOptions) {
    this.port = port;
    this.#workers = workers;
    this.#handshaker = handshaker;
    this.#hear = options.hear;
    for (const worker of workers) {
      worker.on("message", (event: ThreadEvent) => this.#settle(event, worker));
      worker.on("error", options.failed);
    }
    handshaker.on("error", options.failed);
  }

  /**
   * Starts the threads and waits until all have bound the port.
   * @throws the system's error when the port can not be bound, such as EADDRINUSE
   */
  static async open(options: ThreadsOptions): Promise<Threads> {
    setFlagsFromString(RARE_COLLECTIONS);
    const handshaker = new Worker(new URL(`./handshake-worker${EXTENSION}`, import.meta.url), {
      workerData: { certificate: options.certificate },
      name: "handshakes",
      resourceLimits: SHORT_LIVED,
    });
    const workers: Worker[] = [];
    const relay = options.workers > 1 ? randomUUID() : undefined;
    const thread: ThreadOptions = { host: options.host, port: options.port, relay };
    try {
      while (workers.length < options.workers) {
        const { port1, port2 } = new MessageChannel();
        handshaker.postMessage(port1, [port1]);
        const worker = new Worker(new URL(`./media-worker${EXTENSION}`, import.meta.url), {
          workerData: { ...thread, handshakes: port2 },
          transferList: [port2],
          resourceLimits: SHORT_LIVED,
          name: `media ${workers.length + 1}`,
        });
        workers.push(worker);
        // The first may choose the port; the others join it.
        thread.port = await listening(worker);
      }
    } catch (error) {
      // It may still be loading its modules, and Node warns of one that is cut off half-way.
      handshaker.postMessage("close" satisfies HandshakeWorkerCommand);
      await Promise.all([once(handshaker, "exit"), ...workers.map((worker) => worker.terminate())]);
      throw error;
    }
    return new Threads(thread.port, workers, handshaker, options);
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
    // A thread that died has exited before; its id is then -1.
    const running = this.#workers.filter(({ threadId }) => threadId !== -1);
    const ended = running.map((worker) => once(worker, "exit"));
    this.tell({ type: "close" });
    await Promise.all(ended);
    await this.#handshaker.terminate();
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
      case "peer-closed":
        this.#owners.delete(event.peer);
        for (const other of this.#workers) {
          if (other !== from)
            other.postMessage({ type: "close-peer", peer: event.peer, reason: event.reason });
        }
        this.#hear(event);
        break;
      default:
        this.#hear(event);
    }
  }
}

/** Waits until a media thread has bound its port. */
async function listening(worker: Worker): Promise<number> {
  const [event] = (await once(worker, "message")) as [ThreadEvent];
  if (event.type === "listening") return event.port;
  const { message, code } = event as Extract<ThreadEvent, { type: "failed" }>;
  throw Object.assign(new Error(message), { code });
}
