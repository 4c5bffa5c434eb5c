import { randomBytes } from "node:crypto";
import { NatsServer } from "./nats.ts";
import { freePort } from "./ports.ts";
import { ServerProcess } from "./server-process.ts";

/**
 * Starts a process whose monotonic clock is ahead by 5,000 s, as on a machine that was started earlier (man 7
 * time_namespaces); for root. It passes no signal on but SIGKILL.
 */
export const IN_ANOTHER_TIME = ["unshare", "--time", "--monotonic", "5000", "--kill-child", "--fork"];

/** Servers that carry the same walls over a NATS of their own, each at an address that the others name. */
export class ClusterNodes {
  readonly nats: NatsServer;
  readonly nodes: ServerProcess[] = [];
  readonly #elsewhere: ServerProcess[] = [];
  readonly #secret = randomBytes(32).toString("base64");

  private constructor(nats: NatsServer) {
    this.nats = nats;
  }

  static async start(count: number): Promise<ClusterNodes> {
    const cluster = new ClusterNodes(await NatsServer.start());
    for (let n = 0; n < count; n++) await cluster.add();
    return cluster;
  }

  /** Starts one more. @param env further settings @param prefix command that starts it elsewhere */
  async add(env: Record<string, string> = {}, prefix: readonly string[] = []): Promise<ServerProcess> {
    const port = String(await freePort());
    const own = { HOST: "127.0.0.1", PORT: port, UDP_PORT: port, NODE_URL: `http://127.0.0.1:${port}` };
    const shared = { RELAY_URL: this.nats.url, SECRET: this.#secret, WORKERS: "1" };
    const node = await ServerProcess.start({ ...own, ...shared, ...env }, undefined, prefix);
    this.nodes.push(node);
    if (prefix.length > 0) this.#elsewhere.push(node);
    return node;
  }

  async close(): Promise<void> {
    await Promise.all(this.#elsewhere.map((node) => node.stop("SIGKILL")));
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.nats.close();
  }
}
