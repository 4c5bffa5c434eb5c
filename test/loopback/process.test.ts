import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { SignalClient } from "../support/signal-client.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const MAIN = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
const data = temporaryDirectory();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => data.remove());

/** Starts the server like `npm start`, on free ports of 127.0.0.1 unless `env` says otherwise. */
function start(env: Record<string, string>, flags: string[] = []) {
  const child = spawn(process.execPath, [MAIN, ...flags], {
    env: { ...process.env, HOST: "127.0.0.1", PORT: "0", DATA_DIR: data.path, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return { child, exited, errors: text(child.stderr).catch(() => "") };
}

/** Reads the port from the banner. */
async function portOf(child: ChildProcess): Promise<number> {
  let output = "";
  for await (const chunk of child.stdout!) {
    output += chunk;
    const port = /http:\/\/localhost:(\d+)/.exec(output)?.[1];
    if (port) return Number(port);
  }
  throw new Error(`no address in: ${output}`);
}

test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
  "%s closes every page with server-stopping, and the process exits with 0",
  async (signal) => {
    const { child, exited } = start({});
    const page = await SignalClient.connect(await portOf(child));
    await page.host();
    child.kill(signal);
    expect((await page.next("error")).code).toBe("server-stopping");
    expect(await page.closed).toBe(1012);
    expect(await exited).toBe(0);
  },
);

test("a draining server keeps its pages, refuses new ones and exits with 0 when they have left", async () => {
  const { child, exited } = start({ DRAIN_SECONDS: "60" });
  const port = await portOf(child);
  const page = await SignalClient.connect(port);
  await page.host();
  child.kill("SIGTERM");
  while ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  const [, refusal] = await once(new WebSocket(`ws://127.0.0.1:${port}/ws`), "unexpected-response");
  expect(refusal.statusCode).toBe(503);
  page.send({ type: "playback", playing: true, title: "Still here" });
  expect((await page.next("room")).room.title).toBe("Still here");
  page.close();
  expect(await exited).toBe(0);
});

test("without a reader of its output the server continues, and stops on a signal", async () => {
  const { child, exited } = start({});
  const port = await portOf(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const page = await SignalClient.connect(port);
  await page.host();
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test("a second signal ends the drain", async () => {
  const { child, exited } = start({ DRAIN_SECONDS: "60" });
  const port = await portOf(child);
  const page = await SignalClient.connect(port);
  child.kill("SIGTERM");
  while ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  child.kill("SIGTERM");
  expect((await page.next("error")).code).toBe("server-stopping");
  expect(await exited).toBe(0);
});

test("a second SIGHUP, as some terminals send when they close, does not end the drain", async () => {
  const { child, exited } = start({ DRAIN_SECONDS: "60" });
  const port = await portOf(child);
  const page = await SignalClient.connect(port);
  await page.host();
  child.kill("SIGHUP");
  while ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  child.kill("SIGHUP");
  page.send({ type: "playback", playing: true, title: "Still here" });
  expect((await page.next("room")).room.title).toBe("Still here");
  page.close();
  expect(await exited).toBe(0);
});

test("an invalid value stops the start with one line", async () => {
  const { exited, errors } = start({ PORT: "eighty" });
  expect(await exited).toBe(1);
  expect(await errors).toBe(
    'Lightwall could not start. PORT must be a whole number from 0 to 65535; it is "eighty".\n',
  );
});

test("an unknown flag stops the start with one line", async () => {
  const { exited, errors } = start({}, ["--prot", "8080"]);
  expect(await exited).toBe(1);
  expect(await errors).toBe("Lightwall could not start. There is no flag --prot. --help lists all flags.\n");
});

test("an unknown key in the file that a flag names stops the start with one line", async () => {
  const path = join(data.path, "walls.toml");
  writeFileSync(path, "prot = 8080\n");
  const { exited, errors } = start({}, ["--config", path]);
  expect(await exited).toBe(1);
  expect(await errors).toBe(
    'Lightwall could not start. walls.toml has an unknown key, "prot". ' +
      "docs/configuration.md lists all keys.\n",
  );
});

test("--help shows the flags and exits with 0", async () => {
  const { child, exited } = start({}, ["--help"]);
  expect(await text(child.stdout)).toContain("--udp-port <port>");
  expect(await exited).toBe(0);
});

test("a TCP port in use stops the start with one line", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { exited, errors } = start({ PORT: String(port), UDP_PORT: "0" });
  expect(await exited).toBe(1);
  expect(await errors).toBe(
    `Lightwall could not start. Port ${port} is in use by another program. ` +
      "Choose another with PORT, for example PORT=8081.\n",
  );
  other.close();
});

test("a UDP port in use stops the start with one line", async () => {
  const other = createSocket("udp4").bind(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address();
  const { exited, errors } = start({ UDP_PORT: String(port) });
  expect(await exited).toBe(1);
  expect(await errors).toBe(
    `Lightwall could not start. UDP port ${port} is in use by another program. ` +
      "Choose another with UDP_PORT, for example UDP_PORT=8081.\n",
  );
  // Without UDP_PORT it is the number in PORT, therefore PORT is the setting to change.
  const second = start({ PORT: String(port) });
  expect(await second.exited).toBe(1);
  expect(await second.errors).toContain("Choose another with PORT, for example PORT=8081.");
  other.close();
});
