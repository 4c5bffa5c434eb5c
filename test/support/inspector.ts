import { once } from "node:events";
import { WebSocket } from "ws";

interface Message {
  id?: number;
  method?: string;
  result?: Record<string, unknown>;
  error?: { message: string };
  params?: { sessionId: string; message: string; workerInfo: { title: string } };
}

/**
 * A Node process seen over its inspector, by the protocol of Chromium's developer tools. The process must
 * have been started with `--inspect`.
 */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (message: Message) => void>();
  /** Worker threads: their names by the inspector's session for each. */
  readonly #workers = new Map<string, string>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#hear(JSON.parse(String(data))));
  }

  /** @param url as the process prints it */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    const inspector = new Inspector(socket);
    await inspector.#ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
    return inspector;
  }

  /** Bytes of heap in use in each thread, after all that can be collected is. */
  async heaps(): Promise<Record<string, number>> {
    const heaps: Record<string, number> = { main: await this.#heap() };
    for (const [session, name] of this.#workers) heaps[name] = await this.#heap(session);
    return heaps;
  }

  /** Has a worker thread run a script, soon; it may be one that never ends. */
  async run(thread: string, script: string): Promise<void> {
    const [worker] = [...this.#workers].find(([, name]) => name.includes(thread)) ?? [];
    if (!worker) throw new Error(`no thread ${thread} among ${[...this.#workers.values()].join(", ")}`);
    await this.#ask("Runtime.evaluate", { expression: `setTimeout(() => { ${script} })` }, worker);
  }

  close(): void {
    this.#socket.close();
  }

  async #heap(worker?: string): Promise<number> {
    await this.#ask("HeapProfiler.collectGarbage", {}, worker);
    const { usedSize } = await this.#ask("Runtime.getHeapUsage", {}, worker);
    return usedSize as number;
  }

  async #ask(method: string, params: object, worker?: string): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(`${worker ?? ""} ${id}`, resolve));
    const message = { id, method, params };
    const toWorker = { sessionId: worker, message: JSON.stringify(message) };
    const sent = worker
      ? { id: ++this.#id, method: "NodeWorker.sendMessageToWorker", params: toWorker }
      : message;
    this.#socket.send(JSON.stringify(sent));
    const { result, error } = await answer;
    if (!result) throw new Error(error?.message);
    return result;
  }

  #hear(message: Message, worker?: string): void {
    const { id, method, params } = message;
    if (id !== undefined) {
      this.#waiting.get(`${worker ?? ""} ${id}`)?.(message);
      this.#waiting.delete(`${worker ?? ""} ${id}`);
    } else if (method === "NodeWorker.attachedToWorker") {
      this.#workers.set(params!.sessionId, params!.workerInfo.title);
    } else if (method === "NodeWorker.receivedMessageFromWorker") {
      this.#hear(JSON.parse(params!.message), params!.sessionId);
    }
  }
}
