import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { createEngine } from "../../server/media/engine.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";

const open: MediaEngine[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

async function start(workers: number, host: string, port = 0): Promise<MediaEngine> {
  const log = pino({ level: "silent" });
  const engine = await createEngine({ host, port, announced: () => [], workers, log });
  open.push(engine);
  return engine;
}

describe.each([1, 2])("a server over %i", (workers) => {
  // Each of the pairs has an address family in common.
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["0.0.0.0", "127.0.0.1"],
    ["::1", "::"],
    ["::", "0.0.0.0"],
  ])("at %s is noticed by servers at %s that want the same UDP port", async (first, second) => {
    const { port } = await start(workers, first);
    for (const others of [1, 2]) {
      await expect(start(others, second, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    }
  });

  test("frees its port when it is closed", async () => {
    const { port } = await start(workers, "::");
    await open.pop()!.close();
    expect((await start(workers, "::", port)).port).toBe(port);
  });
});
