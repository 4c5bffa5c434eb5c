import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION } from "../../server/protocol/version.ts";
import { HAS_PEBBLE, startPebble } from "../support/pebble.ts";
import { freePort } from "../support/ports.ts";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const DOMAINS = "walls.example.org,lights.example.org";
const SITE = "https://walls.example.org:9443";

/** The certificate that a new connection gets. */
async function served(port: number): Promise<X509Certificate> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate()!;
  socket.destroy();
  return certificate;
}

/** Where the port for proofs redirects a request to. */
function redirectOf(port: number, host: string, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, path, headers: { Host: host } }, (response) => {
      response.resume();
      resolve(response.headers.location);
    }).end();
  });
}

/** Starts Pebble, and a server that asks it for certificates. */
async function start(settings: Record<string, string>, validSeconds?: number) {
  const data = temporaryDirectory();
  const httpPort = await freePort();
  const pebble = await startPebble(data.path, httpPort, validSeconds);
  const server = await ServerProcess.start({
    ACME_DOMAIN: DOMAINS,
    ACME_DIRECTORY: pebble.directory,
    ACME_HTTP_PORT: String(httpPort),
    NODE_EXTRA_CA_CERTS: pebble.ca,
    ...settings,
  });
  return { data, httpPort, pebble, server };
}

/** How long the certificates of the first test are valid: renewed after two thirds of it. */
const VALID_SECONDS = 90;

test.skipIf(!HAS_PEBBLE)(
  "a certificate is renewed before it expires, while a WebSocket that was opened with the old one lives",
  { timeout: 240_000 },
  async () => {
    const { data, pebble, server } = await start({}, VALID_SECONDS);
    const issuer = async () => (await served(server.port)).issuer;
    await expect.poll(issuer, { timeout: 90_000, interval: 500 }).toContain("Pebble");
    const first = await served(server.port);
    const socket = new WebSocket(`wss://127.0.0.1:${server.port}/ws`, { rejectUnauthorized: false });
    await once(socket, "open");
    const ask = async (message: object) => {
      socket.send(JSON.stringify(message));
      const [answer] = await once(socket, "message", { signal: AbortSignal.timeout(10_000) });
      return JSON.parse(String(answer));
    };
    expect(await ask({ type: "hello", version: PROTOCOL_VERSION })).toMatchObject({ type: "welcome" });
    const other = async () => (await served(server.port)).fingerprint256 !== first.fingerprint256;
    await expect.poll(other, { timeout: 100_000, interval: 500 }).toBe(true);
    const second = await served(server.port);
    expect(second.issuer).toContain("Pebble");
    expect(Date.now()).toBeLessThan(first.validToDate.getTime());
    expect(await ask({ type: "ping", sent: 1 })).toMatchObject({ type: "pong", sent: 1 });
    socket.close();
    expect(server.errors).toEqual([]);
    await server.close();
    await pebble.close();
    data.remove();
  },
);

test.skipIf(!HAS_PEBBLE)(
  "the server has its own certificate at once, and that of an ACME authority soon after, without a restart",
  { timeout: 120_000 },
  async () => {
    const settings = { ACME_EMAIL: "someone@example.org", PUBLIC_URL: SITE };
    const { data, httpPort, pebble, server } = await start(settings);
    expect((await served(server.port)).subject).toBe("CN=Lightwall server");
    await expect
      .poll(async () => (await served(server.port)).issuer, { timeout: 90_000, interval: 500 })
      .toContain("Pebble");
    const certificate = await served(server.port);
    for (const domain of DOMAINS.split(",")) expect(certificate.checkHost(domain)).toBe(domain);
    const saved = join(server.dataDir, "acme.json");
    expect(statSync(saved).mode & 0o777).toBe(0o600);
    const { accountKey } = JSON.parse(readFileSync(saved, "utf8"));
    expect(accountKey).toContain("PRIVATE KEY");
    expect(await redirectOf(httpPort, "walls.example.org", "/w/K7QXM?a")).toBe(`${SITE}/w/K7QXM?a`);
    expect(await redirectOf(httpPort, "lights.example.org", "/")).toContain(
      "https://lights.example.org:9443/",
    );
    expect(await redirectOf(httpPort, "evil.example", "//evil.example/")).toBe(`${SITE}//evil.example/`);
    expect(await redirectOf(httpPort, "walls.example.org", "/.well-known/acme-challenge/x")).toContain(SITE);
    // After a restart it is used at once, and no other one is asked for.
    await server.stop();
    await pebble.close();
    await server.start();
    expect((await served(server.port)).fingerprint256).toBe(certificate.fingerprint256);
    expect(server.errors).toEqual([]);
    await server.close();
    data.remove();
  },
);
