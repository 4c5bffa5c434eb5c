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
 * A connection to the inspector of a Node process (Chrome DevTools Protocol). The process must run with
 * `--inspect`.
 */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, (message: Message) => void>();
  /** The name of each worker thread, by its inspector session. */
  readonly #workers = new Map<string, string>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(JSON.parse(String(data))));
  }

  /** @param url the URL that the process prints */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    const inspector = new Inspector(socket);
    await inspector.#request("NodeWorker.enable", { waitForDebuggerOnStart: false });
    return inspector;
  }

  /** The heap that each thread uses after a garbage collection, bytes. */
  async heaps(): Promise<Record<string, number>> {
    const heaps: Record<string, number> = { main: await this.#heap() };
    for (const [session, name] of this.#workers) heaps[name] = await this.#heap(session);
    return heaps;
  }

  /** Makes a worker thread run a script, without waiting for its end. */
  async run(thread: string, script: string): Promise<void> {
    const [worker] = [...this.#workers].find(([, name]) => name.includes(thread)) ?? [];
    if (!worker) throw new Error(`no thread ${thread} among ${[...this.#workers.values()].join(", ")}`);
    await this.#request("Runtime.evaluate", { expression: `setTimeout(() => { ${script} })` }, worker);
  }

  close(): void {
    this.#socket.close();
  }

  async #heap(worker?: string): Promise<number> {
    await this.#request("HeapProfiler.collectGarbage", {}, worker);
    const { usedSize } = await this.#request("Runtime.getHeapUsage", {}, worker);
    return usedSize as number;
  }

  async #request(method: string, params: object, worker?: string): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    const answer = new Promise<Message>((resolve) => this.#pending.set(`${worker ?? ""} ${id}`, resolve));
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

  #receive(message: Message, worker?: string): void {
    const { id, method, params } = message;
    if (id !== undefined) {
      this.#pending.get(`${worker ?? ""} ${id}`)?.(message);
      this.#pending.delete(`${worker ?? ""} ${id}`);
    } else if (method === "NodeWorker.attachedToWorker") {
      this.#workers.set(params!.sessionId, params!.workerInfo.title);
    } else if (method === "NodeWorker.receivedMessageFromWorker") {
      this.#receive(JSON.parse(params!.message), params!.sessionId);
    }
  }
}
