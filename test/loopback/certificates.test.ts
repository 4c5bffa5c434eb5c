import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { App } from "../../server/app.ts";
import { readConfig } from "../../server/config/config.ts";
import { Certificates } from "../../server/web/https/certificates.ts";
import { recordingLog, silent } from "../support/logs.ts";
import { ownCertificate } from "../support/own-certificate.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const data = temporaryDirectory();
const apps: App[] = [];
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  data.remove();
});

/** The status of `/healthz` for a client that trusts this authority only; or its error. */
function health(port: number, ca: string, host = "127.0.0.1"): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    get({ host, port, path: "/healthz", ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

/** The names for which the certificate is valid that a new connection gets. */
async function servedNames(port: number): Promise<string | undefined> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

/** A WebSocket over TLS that stays open. */
async function openSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, { rejectUnauthorized: false });
  await once(socket, "open");
  return socket;
}

/** Whether a WebSocket still carries messages both ways. */
async function answers(socket: WebSocket): Promise<boolean> {
  socket.ping();
  await once(socket, "pong");
  return socket.readyState === WebSocket.OPEN;
}

test("a client that trusts the server's own authority connects, by address and by name", async () => {
  const directory = join(data.path, "own");
  const { app } = await startApp({ dataDir: directory, https: true });
  apps.push(app);
  expect(await health(app.port, app.authority!)).toBe(200);
  expect(await health(app.port, app.authority!, "localhost")).toBe(200);
  const { cert: stranger } = await ownCertificate("127.0.0.1");
  expect(await health(app.port, stranger)).toMatch(/UNABLE_TO_(VERIFY|GET)|SELF_SIGNED/);
});

test("a certificate file that changes is taken up while a WebSocket lives", { timeout: 30_000 }, async () => {
  const [cert, key] = [join(data.path, "cert.pem"), join(data.path, "key.pem")];
  const write = (pair: { cert: string; key: string }) => {
    writeFileSync(`${cert}.new`, pair.cert);
    renameSync(`${cert}.new`, cert);
    writeFileSync(key, pair.key, { mode: 0o600 });
  };
  write(await ownCertificate("one.lan"));
  const { log, lines } = recordingLog();
  const { app } = await startApp({ dataDir: join(data.path, "files"), tlsCert: cert, tlsKey: key }, log);
  apps.push(app);
  const socket = await openSocket(app.port);
  write(await ownCertificate("two.lan"));
  await expect.poll(() => servedNames(app.port), { timeout: 15_000 }).toBe("DNS:two.lan");
  expect(await answers(socket)).toBe(true);
  expect(lines.filter(({ msg }) => msg === "the certificate was replaced")).toMatchObject([
    { names: "DNS:two.lan" },
  ]);
  socket.close();
});

test("another address brings another certificate while the server runs", async () => {
  const names = ["localhost", "127.0.0.1"];
  const certificates = await Certificates.open({
    ...readConfig({ HTTPS: "true", DATA_DIR: data.path }),
    host: "127.0.0.1",
    log: silent,
    names: () => names,
    checkMs: 20,
  });
  const served: string[] = [];
  certificates!.follow(({ cert }) => served.push(cert));
  names.push("192.168.7.7");
  await expect.poll(() => served.length).toBe(2);
  certificates!.close();
  names.push("192.168.7.8");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(served).toHaveLength(2);
});
