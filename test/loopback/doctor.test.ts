import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { secondsAhead } from "../../server/check/clock.ts";
import { siteFinding } from "../../server/check/doctor.ts";
import { isIceServerThere } from "../../server/check/ice-server.ts";
import { tryServer, trySite } from "../../server/check/running.ts";
import { ownAddress } from "../support/firefox.ts";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const MAIN = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

/** Runs the doctor as a person does. */
function doctor(env: Record<string, string>): Promise<{ code: number; text: string }> {
  const data = temporaryDirectory();
  opened.push({ close: () => data.remove() });
  return new Promise((resolve) => {
    const options = { env: { ...process.env, DATA_DIR: data.path, ...env } };
    execFile(process.execPath, [MAIN, "doctor"], options, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), text: stdout });
    });
  });
}

/** A UDP socket on loopback that answers each datagram. */
async function answering(answer: (datagram: Buffer) => Buffer | undefined): Promise<number> {
  const socket: Socket = createSocket("udp4");
  socket.on("message", (datagram, from) => {
    const reply = answer(datagram);
    if (reply) socket.send(reply, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  opened.push(socket);
  return socket.address().port;
}

test("asks a running server what works, over its WebSocket and its UDP port", async () => {
  const server = await ServerProcess.start();
  opened.push(server);
  const ports = { PORT: String(server.port), UDP_PORT: String(server.udpPort) };
  const { code, text } = await doctor({ ...ports, HOST: "127.0.0.1" });
  expect(text).toMatch(/✓ At 127\.0\.0\.1 pages, WebSockets \([\d.]+ ms\) and UDP \([\d.]+ ms\) work\./);
  expect(text).toContain(`✓ A server runs at port ${server.port}.`);
  expect(code).toBe(0);
  expect(server.errors).toEqual([]);
});

test("says that a data directory cannot be made below a file", async () => {
  const { code, text } = await doctor({ PORT: "0", UDP_PORT: "0", DATA_DIR: `${MAIN}/data` });
  expect(text).toContain(`✗ DATA_DIR, ${MAIN}/data, cannot be written.`);
  expect(code).toBe(1);
});

test("says that another program has the port at which the authority asks for proofs", async () => {
  const other = createServer();
  opened.push(other);
  await once(other.listen(0, "127.0.0.1"), "listening");
  const { port } = other.address() as AddressInfo;
  const { text } = await doctor({
    ...{ PORT: "0", UDP_PORT: "0", HOST: "127.0.0.1" },
    ...{ ACME_DOMAIN: "walls.example.org", ACME_HTTP_PORT: String(port) },
  });
  expect(text).toContain(`✗ TCP port ${port}, at which the ACME authority asks for proofs, cannot be used`);
});

test("asks a server with a certificate of its own over HTTPS", async () => {
  const server = await ServerProcess.start({ HTTPS: "true", WORKERS: "2" });
  opened.push(server);
  const reached = await tryServer({ address: "127.0.0.1", port: server.port, secure: true });
  expect(reached).toEqual({ http: "lightwall", socketMs: expect.any(Number), udpMs: expect.any(Number) });
});

test("opens the URL that people open, and says what a proxy there withholds", async () => {
  const server = await ServerProcess.start();
  opened.push(server);
  // A proxy that passes on pages only, as nginx does by default.
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(`${server.url}${request.url}`);
    response.setHeader("Content-Type", answer.headers.get("Content-Type") ?? "");
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0);
  await once(proxy, "listening");
  opened.push({ close: () => proxy.close() });
  const site = `http://${ownAddress()}:${(proxy.address() as AddressInfo).port}`;
  const env = { HOST: "127.0.0.1", PORT: String(server.port), UDP_PORT: String(server.udpPort) };
  const { code, text } = await doctor({ ...env, PUBLIC_URL: site });
  expect(text).toContain(`✗ At ${site} pages come, but no WebSocket answers.`);
  expect(code).toBe(1);
  expect(siteFinding(server.url, await trySite(server.url))).toMatchObject({ level: "ok" });
});

test("a URL that does not answer from here is a warning, and a foreign certificate a problem", async () => {
  const server = await ServerProcess.start({ HTTPS: "true" });
  opened.push(server);
  const foreign = siteFinding(server.url, await trySite(`https://127.0.0.1:${server.port}`));
  expect(foreign).toMatchObject({ level: "problem", text: expect.stringContaining("CERT") });
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const nothing = await trySite(`http://127.0.0.1:${port}/wall/`);
  expect(nothing).toEqual({ http: undefined, code: "ECONNREFUSED" });
  expect(siteFinding("http://lights.example", nothing).level).toBe("warning");
});

test("a URL that redirects, or speaks another protocol, is a problem with its own advice", async () => {
  const server = await ServerProcess.start();
  opened.push(server);
  const moved = createServer((_, response) => response.writeHead(301, { Location: server.url }).end());
  moved.listen(0, "127.0.0.1");
  await once(moved, "listening");
  opened.push({ close: () => moved.close() });
  const site = `http://127.0.0.1:${(moved.address() as AddressInfo).port}`;
  const redirected = siteFinding(site, await trySite(site));
  expect(redirected.text).toContain(`(redirect to ${server.url})`);
  expect(redirected.advice).toContain("Set PUBLIC_URL");
  const secure = server.url.replace("http:", "https:");
  expect(siteFinding(secure, await trySite(secure)).advice).toContain("http or https");
});

test("says which port another program has, and ends with 1", async () => {
  const other = createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(other, "listening");
  opened.push({ close: () => other.close() });
  const { port } = other.address() as AddressInfo;
  const { code, text } = await doctor({ HOST: "127.0.0.1", PORT: String(port) });
  expect(text).toContain(`✗ What answers at port ${port} is no Lightwall.`);
  expect(code).toBe(1);
});

test("says which UDP port is taken where no server runs, and that a TURN server is silent", async () => {
  const udpPort = await answering(() => undefined);
  const { code, text } = await doctor({
    HOST: "127.0.0.1",
    PORT: "0",
    UDP_PORT: String(udpPort),
    TURN_URLS: `turn:127.0.0.1:${udpPort}`,
    TURN_SECRET: "0123456789abcdef",
  });
  expect(text).toContain(`✗ UDP port ${udpPort} is in use by another program.`);
  expect(text).toContain(`✗ turn:127.0.0.1:${udpPort} does not answer from here.`);
  expect(text).toContain("2 problems. See ✗.");
  expect(code).toBe(1);
});

test("a STUN or TURN server is there if it answers the request that it got", async () => {
  const echo = await answering((datagram) => datagram);
  expect(await isIceServerThere(`stun:127.0.0.1:${echo}`)).toBe(true);
  expect(await isIceServerThere(`turn:127.0.0.1:${echo}?transport=udp`)).toBe(true);
  const wrong = await answering(() => Buffer.alloc(20));
  expect(await isIceServerThere(`stun:127.0.0.1:${wrong}`)).toBe(false);
  expect(await isIceServerThere("stun:no-such-name.invalid")).toBe(false);
});

test("the clock is compared with what a time server says", async () => {
  const port = await answering(() => {
    const reply = Buffer.alloc(48);
    reply[0] = 0x24;
    reply[1] = 2;
    // A server whose clock is a hundred seconds ahead of this machine's.
    reply.writeUInt32BE(Math.floor(Date.now() / 1000) + 2_208_988_800 + 100, 40);
    return reply;
  });
  expect(await secondsAhead("127.0.0.1", port)).toBeCloseTo(-100, -1);
  const refusing = await answering(() => Buffer.from([0x24, 0, ...Array(46).fill(0)]));
  expect(await secondsAhead("127.0.0.1", refusing)).toBe(undefined);
});
