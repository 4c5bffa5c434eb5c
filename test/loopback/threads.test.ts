import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Inspector } from "../support/inspector.ts";
import { LeanHost } from "../support/lean-host.ts";
import { ServerProcess } from "../support/server-process.ts";

let server: ServerProcess;

beforeEach(async () => {
  server = await ServerProcess.start({ NODE_OPTIONS: "--inspect=127.0.0.1:0", WORKERS: "2" });
  // Once a host is connected, all threads work.
  const host = await LeanHost.start(server.port, server.udpPort);
  await host.close();
}, 60_000);

afterEach(() => server.close());

/** Runs a script in a thread of the server. */
async function run(thread: string, script: string): Promise<void> {
  const inspector = await Inspector.connect(server.inspectorUrl);
  await inspector.run(thread, script);
  // A process does not end while it is inspected.
  inspector.close();
}

async function readiness(): Promise<[status: number, answer: unknown]> {
  const response = await fetch(`${server.url}/readyz`);
  return [response.status, await response.json()];
}

/** Lightwall's own messages. Node prints messages about its debugger too. */
const messages = () => server.words.filter((line) => line.startsWith("Lightwall"));

describe.each(["media 1", "media 2", "handshakes"])("when the thread %s", { timeout: 60_000 }, (thread) => {
  test("hangs, the server reports that it is not ready, then ends with a message", async () => {
    expect(await readiness()).toEqual([200, { status: "ready" }]);
    await run(thread, "for (;;);");
    await expect.poll(readiness, { timeout: 30_000 }).toEqual([503, { status: "thread-silent", thread }]);
    expect(await server.exited).toBe(1);
    expect(messages()).toEqual([
      `Lightwall stops. The thread "${thread}" has not answered for 5 seconds. ` +
        "Start it again, or let a supervisor such as systemd restart it.",
    ]);
  });

  test("ends, the server ends with a message", async () => {
    await run(thread, "process.exit(0)");
    expect(await server.exited).toBe(1);
    expect(messages()).toEqual([
      `Lightwall stops. The thread "${thread}" has ended with exit code 0. ` +
        "Start it again, or let a supervisor such as systemd restart it.",
    ]);
  });
});
