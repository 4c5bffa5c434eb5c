import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";

/** How long a slowed page runs between two blocks, ms. Shorter ones would need many more requests. */
const RUN_MS = 8;

/**
 * Slows down the main threads of pages without work for the processor: again and again a page waits in a
 * synchronous request, which this server answers late. Chromium's own throttling
 * (`Emulation.setCPUThrottlingRate`) keeps a core busy instead: an idle page that is throttled 4 times takes
 * 0.74 of one, so that six such pages starve on a small machine.
 */
export class Blocker {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Blocker> {
    const server = createServer((request, response) => {
      const ms = Number(new URL(request.url!, "http://127.0.0.1").searchParams.get("ms"));
      setTimeout(() => {
        response.writeHead(204, { "access-control-allow-origin": "*", "cache-control": "no-store" }).end();
      }, ms);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Blocker(server);
  }

  /** Makes a page that is not opened yet run this many times slower. */
  async slowDown(page: Page, times: number): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    await page.addInitScript(
      ({ url, runMs }) => {
        const block = () => {
          const request = new XMLHttpRequest();
          request.open("GET", url, false);
          request.send();
          setTimeout(block, runMs);
        };
        setTimeout(block, runMs);
      },
      { url: `http://127.0.0.1:${port}/?ms=${RUN_MS * (times - 1)}`, runMs: RUN_MS },
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Work beside a burdened wall: processes, each busy for this share of every 200 ms. */
const BUSY = { processes: 2, share: 0.3 };

/** Starts processes that use a part of the processor in bursts. */
export function occupy(): ChildProcess[] {
  const burst = 200 * BUSY.share;
  // A process ends when its input does: also with a bench that has failed.
  const script = `process.stdin.resume().on("end", () => process.exit());
    setInterval(() => { const end = Date.now() + ${burst}; while (Date.now() < end); }, 200)`;
  return Array.from({ length: BUSY.processes }, () => spawn(process.execPath, ["-e", script]));
}
