import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fillDisk } from "../support/full-disk.ts";
import { HostedWall } from "../support/hosted-wall.ts";
import { killOften } from "../support/kill-often.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SignalClient } from "../support/signal-client.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const { obstacle } = SmallDisk;
let directory: ReturnType<typeof temporaryDirectory>;
/** What to close after each test, in reverse order. */
const open: { close(): void | Promise<void> }[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  directory.remove();
});

async function start(dataDir: string): Promise<ServerProcess> {
  const server = await ServerProcess.start({ HOST: "127.0.0.1", WORKERS: "1", DATA_DIR: dataDir });
  open.push(server);
  return server;
}

/** Resolves when a process has used little CPU time for a second (proc(5): utime, stime; 10 ms ticks). */
async function untilIdle(pid: number): Promise<void> {
  const used = () => {
    const [utime = 0, stime = 0] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .split(" ")
      .slice(13, 15)
      .map(Number);
    return utime + stime;
  };
  for (let before = -Infinity; used() - before > 4; await delay(1_000)) before = used();
}

test("a second server with the same data directory is refused, until the first one was killed", async () => {
  const first = await start(directory.path);
  await expect(start(directory.path)).rejects.toThrow(
    `Lightwall could not start. DATA_DIR ${directory.path} is in use by another Lightwall server. ` +
      "Stop that server, or set DATA_DIR to another directory for this one.",
  );
  await first.stop("SIGKILL");
  await start(directory.path);
});

test("a data directory that is a file stops the start with one line", async () => {
  const file = join(directory.path, "file");
  writeFileSync(file, "");
  await expect(start(file)).rejects.toThrow(
    `Lightwall could not start. DATA_DIR ${file} cannot be used: ${file} is not a directory. ` +
      "Set DATA_DIR to a directory.",
  );
});

test.skipIf(process.platform !== "linux")(
  "a wall that is opened while no file descriptor is left is restored once one is free",
  { timeout: 90_000 },
  async () => {
    const server = await start(directory.path);
    const wall = await HostedWall.open(server.port);
    wall.write(7);
    await wall.page.next("show");
    await server.stop();
    await server.start();
    const page = await SignalClient.connect(server.port);
    const limit = (files: number) =>
      execFileSync("prlimit", [`--pid=${server.pid}`, `--nofile=${files}:`], { stdio: "ignore" });
    // Until then its threads load their modules, which needs file descriptors too.
    await untilIdle(server.pid!);
    limit(1);
    page.send({ type: "join", code: wall.code, hostKey: wall.hostKey });
    expect((await page.next("joined")).show.hand.text).toBe("");
    expect(wall.keptIn(directory.path)).toBe(7);
    limit(1_024);
    expect((await page.next("show")).show.hand.text).toBe("7");
    await server.stop();
    expect(wall.keptIn(directory.path)).toBe(7);
  },
);

describe.skipIf(obstacle)(`on a full disk${obstacle ? ` (not run: ${obstacle})` : ""}`, () => {
  test("every wall is saved when there is space again, and when the server stops", {
    timeout: 90_000,
  }, async () => {
    const { walls, kept, keptAtTheEnd, left } = await fillDisk(4);
    expect({ kept, keptAtTheEnd, left }).toEqual({ kept: walls, keptAtTheEnd: walls, left: 0 });
  });

  test("a first start fails with a message and leaves nothing that prevents the next start", async () => {
    const disk = new SmallDisk(256);
    open.push(disk);
    disk.fill();
    await expect(start(disk.path)).rejects.toThrow(
      `Lightwall could not start. DATA_DIR ${disk.path} cannot be used: ` +
        "there is no space left on its disk. Free some space, then start the server again.",
    );
    expect(existsSync(join(disk.path, "secret"))).toBe(false);
    disk.free();
    const server = await start(disk.path);
    const wall = await HostedWall.open(server.port);
    wall.write(1);
    await expect.poll(() => existsSync(join(disk.path, "walls", `${wall.code}.json`))).toBe(true);
    // Later starts need no space.
    await server.stop();
    disk.fill();
    await server.start();
    expect((await HostedWall.reopen(server.port, wall)).number).toBe(1);
  });
});

test("SIGKILL while a wall changes 20 times a second neither damages nor loses the saved wall", {
  timeout: 90_000,
}, async () => {
  // While other tests run, the disk and timers may be slower than in `npm run bench:kill`.
  const { torn, lost, changed, changes } = await killOften(5, 3_000);
  expect({ torn, lost, changed }).toEqual({ torn: 0, lost: 0, changed: 0 });
  expect(changes).toBeGreaterThan(0);
});
