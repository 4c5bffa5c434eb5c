import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../support/test-app.ts";
import {
  forwardedFor,
  ORIGINS,
  STATUS,
  STENCIL,
  SUMMARY,
  WebServers,
  writeErrorPages,
} from "../support/web-servers.ts";

const TOKEN = "an administrator's token";
const servers = new WebServers();
const pages = temporaryDirectory();
let url: string;

beforeAll(async () => {
  mkdirSync(join(pages.path, "admin"));
  writeFileSync(join(pages.path, "index.html"), "start page");
  writeErrorPages(pages.path, ["en"]);
  writeFileSync(join(pages.path, "admin", "index.html"), "admin page");
  url = await servers.start(pages.path);
});

afterAll(() => {
  servers.close();
  pages.remove();
});

const get = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });

test("/healthz answers 200 with the numbers of walls and listeners", async () => {
  const response = await get("/healthz");
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(await response.json()).toEqual({ status: "ok", walls: 2, listeners: 30 });
});

test("/readyz answers 503 while new pages are refused; /healthz still answers 200", async () => {
  expect((await get("/readyz")).status).toBe(200);
  servers.capacity.refusal = "server-full";
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "server-full" });
  expect((await get("/healthz")).status).toBe(200);
  servers.capacity.refusal = undefined;
});

test("/readyz answers 503 with the name of a thread that does not respond", async () => {
  servers.engine.silentThread = "media 2";
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "thread-silent", thread: "media 2" });
  servers.engine.silentThread = undefined;
});

test("/metrics shows sums over all walls and no code of a wall", async () => {
  servers.engine.connecting = 4;
  servers.engine.emit("peer-closed", "AAAAA", "peer-1", "consent expired");
  servers.engine.emit("counted", {
    packetsIn: 50,
    bytesIn: 5_000,
    packetsOut: 1_500,
    bytesOut: 150_000,
    packetsRetransmitted: 3,
    droppedIn: 2,
    picturesIn: 0,
    keyframesRequested: 0,
    picturesDropped: 0,
    droppedOut: 1,
    handshakeMs: [15, 300],
    forwardMs: [0.3],
  });
  const response = await get("/metrics");
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await response.text();
  for (const line of [
    'lightwall_walls{state="live"} 1',
    "lightwall_wall_lateness_seconds 0.025",
    "lightwall_wall_clock_error_seconds 0.002",
    "lightwall_listeners 30",
    "lightwall_listeners_connected 29",
    "lightwall_listeners_relayed 2",
    "lightwall_peers_connecting 4",
    "lightwall_sessions 31",
    "lightwall_programs 3",
    "lightwall_followers 2",
    "lightwall_loop_delay_seconds 0.0015",
    'lightwall_peers_closed_total{reason="consent expired"} 1',
    'lightwall_packets_total{direction="out"} 1500',
    'lightwall_bytes_total{direction="in"} 5000',
    "lightwall_packets_retransmitted_total 3",
    'lightwall_packets_dropped_total{direction="in"} 2',
    'lightwall_handshake_seconds_bucket{le="0.02"} 1',
    "lightwall_handshake_seconds_count 2",
    "lightwall_forward_seconds_sum 0.0003",
    "lightwall_nodes 2",
    "lightwall_relay_connected 1",
    "lightwall_clock_error_seconds 0.0004",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).not.toContain("AAAAA");
});

test("the dashboard uses every metric, and no other", async () => {
  const text = await (await get("/metrics")).text();
  const dashboard = readFileSync(new URL("../../deploy/grafana.json", import.meta.url), "utf8");
  const used = new Set(dashboard.match(/lightwall_[a-z_]+/g));
  const offered = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
    type === "histogram" ? [`${name}_bucket`] : [name],
  );
  expect([...used].filter((name) => !offered.includes(name))).toEqual([]);
  expect(offered.filter((name) => name !== undefined && !used.has(name))).toEqual([]);
});

test("/lan.json shows the origins for other devices", async () => {
  expect(await (await get("/lan.json")).json()).toEqual({ publicUrl: null, origins: ORIGINS });
});

test("/lan.json shows everyone the public address, and strangers nothing else", async () => {
  const publicUrl = "https://lights.example";
  const address = `${await servers.start(pages.path, { publicUrl })}/lan.json`;
  expect(await (await fetch(address)).json()).toEqual({ publicUrl, origins: ORIGINS });
  const stranger = { headers: forwardedFor("198.51.100.7") };
  expect(await (await fetch(address, stranger)).json()).toEqual({ publicUrl, origins: [] });
});

test.each(["198.51.100.7", "127.0.0.1", "192.168.1.9"])(
  "/metrics is refused for %s behind a proxy, and /lan.json has no addresses",
  async (from) => {
    expect((await get("/metrics", { headers: forwardedFor(from) })).status).toBe(403);
    const lan = await get("/lan.json", { headers: forwardedFor(from) });
    expect(await lan.json()).toEqual({ publicUrl: null, origins: [] });
    expect((await get("/healthz", { headers: forwardedFor(from) })).status).toBe(200);
  },
);

test("the metrics token opens /metrics to other machines; wrong tokens are limited", async () => {
  const protectedUrl = await servers.start(pages.path, { metricsToken: "a token of Prometheus" });
  const ask = async (token: string, from = "198.51.100.7") =>
    (
      await fetch(`${protectedUrl}/metrics`, {
        headers: { ...forwardedFor(from), Authorization: `Bearer ${token}` },
      })
    ).status;
  expect(await ask("a token of Prometheus")).toBe(200);
  for (const guess of ["a", "b", "c"]) expect(await ask(guess)).toBe(401);
  expect(await ask("d")).toBe(429);
  expect(await ask("a token of Prometheus", "198.51.100.8")).toBe(200);
  expect((await fetch(`${protectedUrl}/metrics`)).status).toBe(200);
});

test("without an admin token /admin answers 404", async () => {
  for (const path of ["/admin", "/admin/", "/admin/index.html", "/admin/walls"]) {
    expect((await get(path, { headers: { Authorization: "Bearer " } })).status).toBe(404);
  }
});

test("the admin token lists and closes walls; after wrong tokens a network is refused", async () => {
  const protectedUrl = await servers.start(pages.path, { adminToken: TOKEN });
  const ask = (path: string, token: string, method = "GET") =>
    fetch(protectedUrl + path, { method, headers: { Authorization: `Bearer ${token}` } });
  expect(await (await fetch(`${protectedUrl}/admin`)).text()).toBe("admin page");
  const list = await ask("/admin/walls", TOKEN);
  expect(await list.json()).toEqual({ walls: [SUMMARY], server: STATUS });
  expect(list.headers.get("cache-control")).toBe("no-store");
  expect((await ask("/admin/walls/CCCCC", TOKEN, "DELETE")).status).toBe(404);
  expect((await ask("/admin/walls", TOKEN, "PUT")).status).toBe(405);
  expect((await ask("/admin/walls/AAAAA", TOKEN, "DELETE")).status).toBe(204);
  expect(servers.ended).toEqual(["AAAAA"]);
  const guesses = await Promise.all(
    ["a", "b", "c", "d"].map((guess) => ask("/admin/walls/AAAAA", guess, "DELETE")),
  );
  expect(guesses.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 429]);
  expect((await ask("/admin/walls", TOKEN)).status).toBe(429);
  expect(servers.ended).toEqual(["AAAAA"]);
});

test("a wall's stencil is served under its id only, and may be cached for ever", async () => {
  const path = `/stencil/${SUMMARY.code}/${STENCIL.id}`;
  const response = await get(path);
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(Buffer.from(await response.arrayBuffer())).toEqual(
    Buffer.from([0, 8, 0, 8, ...new Uint8Array(64).fill(200)]),
  );
  for (const other of [`${path}x`, `${path}/x`, path.replace(SUMMARY.code, "WRONG"), "/stencil/x/"])
    expect((await get(other)).status, other).toBe(404);
});
