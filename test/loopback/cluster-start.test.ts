import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { relayFindings } from "../../server/check/relay.ts";
import { readConfig } from "../../server/config/config.ts";
import { NatsServer } from "../support/nats.ts";
import { ownCertificate } from "../support/own-certificate.ts";
import { freePort } from "../support/ports.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SignalClient } from "../support/signal-client.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const SECRET = randomBytes(32).toString("base64");
const open: { close(): unknown }[] = [];
let nats: NatsServer;

beforeAll(async () => {
  nats = await NatsServer.start(["--user", "lights", "--pass", "s3cret"]);
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

afterAll(() => nats.close());

/** An address of NATS with a user and a password. */
const at = (user: string, port = nats.port) => `nats://${user}@127.0.0.1:${port}`;

async function start(env: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start({ HOST: "127.0.0.1", SECRET, ...env });
  open.push(server);
  return server;
}

/** The last line of a server that does not start. */
async function refusalOf(env: Record<string, string>): Promise<string> {
  const failure = await start(env).catch((error: Error) => error.message);
  return String(failure).trim().split("\n").at(-1)!;
}

async function readyz({ url }: ServerProcess): Promise<{ status: string; relay?: string }> {
  return (await fetch(`${url}/readyz`)).json() as Promise<{ status: string; relay?: string }>;
}

describe("a server that is to carry walls together with others", () => {
  test("starts with the right user and password, and says that it is ready", async () => {
    const server = await start({ RELAY_URL: at("lights:s3cret") });
    expect(await readyz(server)).toEqual({ status: "ready" });
  });

  test("does not start with a wrong password, and says so in one line that does not repeat it", async () => {
    const line = await refusalOf({ RELAY_URL: at("lights:wr0ng") });
    expect(line).toMatch(/Lightwall could not start\. NATS at 127\.0\.0\.1:\d+ refuses this server: check/);
    expect(line).not.toContain("wr0ng");
  });

  test("does not start where nothing answers, and says so in one line", async () => {
    const line = await refusalOf({ RELAY_URL: at("lights:s3cret", await freePort()) });
    expect(line).toMatch(
      /Lightwall could not start\. NATS at 127\.0\.0\.1:\d+ cannot be reached \(.+\): check/,
    );
  });

  test("does not start without the secret that all of them share", async () => {
    expect(await refusalOf({ RELAY_URL: at("lights:s3cret"), SECRET: "" })).toContain(
      "RELAY_URL requires SECRET to be set too, the same on all servers.",
    );
  });

  test("carries its own walls without NATS if it is told to, and says why at /readyz", async () => {
    const server = await start({ RELAY_URL: at("lights:wr0ng"), RELAY_OPTIONAL: "true" });
    expect(await readyz(server)).toEqual({
      status: "ready",
      relay: expect.stringMatching(/^NATS at 127\.0\.0\.1:\d+ refuses this server/),
    });
    const host = await SignalClient.connect(server.port);
    open.push(host);
    const { code } = await host.host();
    const listener = await SignalClient.connect(server.port);
    open.push(listener);
    listener.send({ type: "join", code });
    expect((await listener.next("joined")).code).toBe(code);
  });

  test("reaches NATS over TLS, if it knows the authority of its certificate", async () => {
    const { cert, key } = await ownCertificate("localhost");
    const folder = temporaryDirectory();
    open.push({ close: () => folder.remove() });
    const file = (name: string) => join(folder.path, name);
    writeFileSync(file("cert.pem"), cert);
    writeFileSync(file("key.pem"), key);
    const secure = await NatsServer.start(["--tlscert", file("cert.pem"), "--tlskey", file("key.pem")]);
    open.push(secure);
    const RELAY_URL = `tls://localhost:${secure.port}`;
    expect(await readyz(await start({ RELAY_URL, RELAY_CA: file("cert.pem") }))).toEqual({ status: "ready" });
    expect(await refusalOf({ RELAY_URL })).toMatch(/NATS at localhost:\d+ cannot be reached .*certificate/);
  });

  test("is told by the doctor whether NATS can be used", async () => {
    const config = (env: Record<string, string>) => readConfig({ SECRET, ...env });
    const levels = async (env: Record<string, string>) =>
      (await relayFindings(config(env))).map(({ level }) => level);
    const NODE_URL = "https://one.lights.example.org";
    expect(await levels({ RELAY_URL: at("lights:s3cret"), NODE_URL })).toEqual(["ok"]);
    expect(await levels({ RELAY_URL: at("lights:s3cret") })).toEqual(["ok", "note"]);
    expect(await levels({ RELAY_URL: at("lights:wr0ng") })).toEqual(["problem"]);
    expect(await levels({})).toEqual([]);
  });

  test("does not hear servers with another secret, although they use the same NATS", async () => {
    const [one, other] = [
      await start({ RELAY_URL: at("lights:s3cret") }),
      await start({ RELAY_URL: at("lights:s3cret"), SECRET: randomBytes(32).toString("base64") }),
    ];
    const host = await SignalClient.connect(one.port);
    open.push(host);
    const { code } = await host.host();
    const listener = await SignalClient.connect(other.port);
    open.push(listener);
    listener.send({ type: "join", code });
    expect((await listener.next("error")).code).toBe("code-unknown");
  });
});
