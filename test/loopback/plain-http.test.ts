import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { App } from "../../server/app.ts";
import { ownCertificate } from "../support/own-certificate.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const data = temporaryDirectory();
let own: App;
let known: App;

beforeAll(async () => {
  const dataDir = (name: string) => join(data.path, name);
  ({ app: own } = await startApp({ dataDir: dataDir("own"), https: true }));
  const [tlsCert, tlsKey] = [dataDir("cert.pem"), dataDir("key.pem")];
  const { cert, key } = await ownCertificate("127.0.0.1");
  writeFileSync(tlsCert, cert);
  writeFileSync(tlsKey, key, { mode: 0o600 });
  ({ app: known } = await startApp({ dataDir: dataDir("known"), tlsCert, tlsKey }));
});

afterAll(async () => {
  await Promise.all([own.close(), known.close()]);
  data.remove();
});

interface Answer {
  status: number | undefined;
  location: string | undefined;
  type: string | undefined;
  body: Buffer;
}

/** A plain request of this machine. */
function get(app: App, path: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: app.port, path, method, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const { location, "content-type": type } = response.headers;
      resolve({ status: response.statusCode, location, type, body: Buffer.concat(chunks) });
    })
      .on("error", reject)
      .end();
  });
}

test("on one port, plain requests of this machine get what they ask for", async () => {
  for (const app of [own, known]) {
    expect((await get(app, "/healthz")).status).toBe(200);
    expect(JSON.parse(String((await get(app, "/lan.json")).body))).toHaveProperty("origins");
  }
});

test("a plain WebSocket works beside those over TLS", async () => {
  for (const scheme of ["ws", "wss"]) {
    const url = `${scheme}://127.0.0.1:${own.port}/ws`;
    const socket = new WebSocket(url, { rejectUnauthorized: false });
    await once(socket, "open");
    socket.ping();
    await once(socket, "pong");
    socket.close();
  }
});

test("/trust of a server without an authority of its own says that there is nothing to trust", async () => {
  for (const path of ["/trust", "/trust/"]) {
    const { status, body } = await get(known, path);
    expect(status).toBe(404);
    expect(String(body)).toContain('data-problem="nothing-to-trust"');
  }
});

test("/trust has the authority's certificate as a profile, as a file and as a fingerprint", async () => {
  expect(await get(own, "/trust")).toMatchObject({ status: 302, location: "trust/" });
  const authority = new X509Certificate(own.authority!);
  const file = await get(own, "/trust/lightwall.crt");
  expect(file.type).toBe("application/x-x509-ca-cert");
  expect(file.body.equals(authority.raw)).toBe(true);
  const profile = await get(own, "/trust/lightwall.mobileconfig");
  expect(profile.type).toBe("application/x-apple-aspen-config");
  expect(String(profile.body)).toContain("<string>com.apple.security.root</string>");
  expect(String(profile.body)).toContain(authority.raw.toString("base64"));
  const { body } = await get(own, "/trust/fingerprint.json");
  expect(JSON.parse(String(body))).toEqual({ sha256: own.fingerprint });
  expect((await get(own, "/trust/probe")).status).toBe(204);
  expect(String((await get(own, "/trust/lightwall.crt/x")).body)).not.toContain("PRIVATE");
});

test("with a certificate of another authority there is nothing to trust", async () => {
  for (const path of ["/trust", "/trust/", "/trust/index.html", "/trust/lightwall.crt", "/trust/probe"])
    expect((await get(known, path)).status, path).toBe(404);
});

/** Opens a connection and sends some bytes. */
async function dial(app: App, bytes: string | Buffer = ""): Promise<Socket> {
  const socket = connect({ port: app.port, host: "127.0.0.1" });
  socket.on("error", () => {});
  await once(socket, "connect");
  if (bytes.length > 0) socket.write(bytes);
  return socket.resume();
}

test("connections that say nothing, begin a request or a handshake are closed in time", async () => {
  const begun = { nothing: "", request: "GET / HT", handshake: Buffer.from([0x16]), noise: Buffer.alloc(9) };
  const ends = Object.entries(begun).map(async ([name, bytes]) => {
    const socket = await dial(own, bytes);
    const closed = once(socket, "close").then(() => true);
    return [name, await Promise.race([closed, delay(17_000).then(() => false)])] as const;
  });
  expect(Object.fromEntries(await Promise.all(ends))).toEqual({
    nothing: true,
    request: true,
    handshake: true,
    noise: true,
  });
}, 30_000);

test("a connection that is cut before its first byte harms nothing", async () => {
  for (let n = 0; n < 50; n++) (await dial(own)).resetAndDestroy();
  expect((await get(own, "/healthz")).status).toBe(200);
});
