import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../server/config/config.ts";
import type { AdmissionControl } from "../../server/limits/admission.ts";
import { ClientLimits } from "../../server/limits/client-limits.ts";
import { HostNames, RebindingGuard } from "../../server/net/host-names.ts";
import { Proxies } from "../../server/net/proxies.ts";
import { LightwallError } from "../../server/protocol/errors.ts";
import type { Room, RoomSummary } from "../../server/room/room.ts";
import { createAdmin } from "../../server/web/admin.ts";
import { createHttp } from "../../server/web/http.ts";
import { Metrics } from "../../server/web/metrics.ts";
import { FakeEngine } from "../support/fake-engine.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const pages = temporaryDirectory();
const unbuilt = temporaryDirectory();
const ORIGINS = ["http://192.168.1.5:8080"];
const TOKEN = "an administrator's token";
const SUMMARY: RoomSummary = {
  code: "AAAAA",
  state: "live",
  hasPassword: false,
  minutes: 5,
  stats: {
    listeners: 30,
    connected: 29,
    roundTripMs: 20,
    worstLoss: 0,
    sync: { reporting: 29, exact: 20, neededMs: 150, latenessMs: 25, clockErrorMs: 2 },
  },
};
const ended: string[] = [];
const engine = new FakeEngine();
const admission: { refusal: AdmissionControl["refusal"] } = { refusal: undefined };
const rooms = {
  size: 2,
  listenerCount: 30,
  list: () => [SUMMARY],
  find: (code: string) => {
    if (code !== "AAAAA") throw new LightwallError("code-unknown");
    return { code } as Room;
  },
  end: (room: Room) => void ended.push(room.code),
};
const servers: Server[] = [];
let url: string;

function file(path: string, text: string): void {
  const full = join(pages.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

async function serve(directory: string, token = "", metricsToken = ""): Promise<string> {
  const log = pino({ level: "silent" });
  const metrics = new Metrics({ rooms, engine, sessions: () => 31, loopDelay: () => 1.5 });
  const limits = new ClientLimits({ ...readConfig({}), wrongKeysPerMinute: 3, now: () => performance.now() });
  const proxies = new Proxies(["127.0.0.1"]);
  const names = new HostNames({ hostnames: ["walls.example"], machine: "studio.example" });
  const rebindingGuard = new RebindingGuard({ proxies, names, log });
  const admin = createAdmin({ token, rooms, proxies, limits, log });
  const web = createHttp({
    rooms,
    origins: () => ORIGINS,
    now: () => 81_234.5,
    admission,
    silentThread: () => engine.silentThread,
    metrics,
    metricsToken,
    proxies,
    limits,
    rebindingGuard,
    pages: directory,
    admin,
    log,
  });
  const server = createServer(web.callback());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  file("index.html", "start page");
  file("host/index.html", "host page");
  file("listener/index.html", "listener page");
  file("assets/main-abc123.js", "export {}");
  file("assets/main-abc123.js.br", "brotli");
  file("assets/main-abc123.js.gz", "gzip");
  file("admin/index.html", "admin page");
  file("icon.svg", "<svg/>");
  url = await serve(pages.path);
});

afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  pages.remove();
  unbuilt.remove();
});

const get = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });

/** The status of a request sent as it is written: fetch would tidy its path and add cache headers. */
function rawStatus(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
}

test("healthz tells that the server lives and how much it does", async () => {
  const response = await get("/healthz");
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(await response.json()).toEqual({ status: "ok", walls: 2, listeners: 30 });
});

test("readyz tells whether people are let in", async () => {
  expect((await get("/readyz")).status).toBe(200);
  admission.refusal = "server-full";
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "server-full" });
  expect((await get("/healthz")).status).toBe(200);
  admission.refusal = undefined;
});

test("readyz names a thread that does not answer", async () => {
  engine.silentThread = "media 2";
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "thread-silent", thread: "media 2" });
  engine.silentThread = undefined;
});

test("metrics tells Prometheus what the server does, and nothing of any one wall", async () => {
  engine.connecting = 4;
  engine.emit("peer-closed", "AAAAA", "peer-1", "consent expired");
  engine.emit("counted", {
    packetsIn: 50,
    bytesIn: 5_000,
    packetsOut: 1_500,
    bytesOut: 150_000,
    packetsAgain: 3,
    droppedIn: 2,
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
    "lightwall_peers_connecting 4",
    "lightwall_sessions 31",
    "lightwall_loop_delay_seconds 0.0015",
    'lightwall_peers_closed_total{reason="consent expired"} 1',
    'lightwall_packets_total{direction="out"} 1500',
    'lightwall_bytes_total{direction="in"} 5000',
    "lightwall_packets_retransmitted_total 3",
    'lightwall_packets_dropped_total{direction="in"} 2',
    'lightwall_handshake_seconds_bucket{le="0.02"} 1',
    "lightwall_handshake_seconds_count 2",
    "lightwall_forward_seconds_sum 0.0003",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).not.toContain("AAAAA");
});

test("the dashboard asks for nothing that is not there", async () => {
  const text = await (await get("/metrics")).text();
  const dashboard = readFileSync(new URL("../../deploy/grafana.json", import.meta.url), "utf8");
  const asked = new Set(dashboard.match(/lightwall_[a-z_]+/g));
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
    type === "histogram" ? [`${name}_bucket`] : [name],
  );
  expect([...asked].filter((name) => !told.includes(name))).toEqual([]);
  expect(told.filter((name) => name !== undefined && !asked.has(name))).toEqual([]);
});

test("clock tells the wall clock, never an old one", async () => {
  const response = await get("/clock");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({ now: 81_234.5 });
});

test("lan.json tells a host on localhost where others find it", async () => {
  expect(await (await get("/lan.json")).json()).toEqual({ origins: ORIGINS });
});

/** Headers by which a request seems to come through the proxy on this machine. */
const through = (from: string) => ({ "X-Forwarded-For": from });

test.each(["198.51.100.7", "127.0.0.1", "192.168.1.9"])(
  "what is for the inside is not for %s behind a proxy",
  async (from) => {
    expect((await get("/metrics", { headers: through(from) })).status).toBe(403);
    expect((await get("/lan.json", { headers: through(from) })).status).toBe(404);
    expect((await get("/healthz", { headers: through(from) })).status).toBe(200);
  },
);

test("with its token, figures are shown to other machines; without it, not even guessed at for long", async () => {
  const figures = await serve(pages.path, "", "a token of Prometheus");
  const ask = async (token: string, from = "198.51.100.7") =>
    (await fetch(`${figures}/metrics`, { headers: { ...through(from), Authorization: `Bearer ${token}` } }))
      .status;
  expect(await ask("a token of Prometheus")).toBe(200);
  for (const guess of ["a", "b", "c"]) expect(await ask(guess)).toBe(401);
  expect(await ask("d")).toBe(429);
  expect(await ask("a token of Prometheus", "198.51.100.8")).toBe(200);
  expect((await fetch(`${figures}/metrics`)).status).toBe(200);
});

test.each([
  ["rebound.example", 421],
  ["rebound.example:8080", 421],
  ["walls.example", 200],
  ["WALLS.example:8080", 200],
  ["studio.example", 200],
  ["localhost:8080", 200],
  ["192.168.1.5:8080", 200],
  ["[fd00::5]:8080", 200],
  ["studio", 200],
  ["studio.local", 200],
  ["wall.test", 200],
  ["192.168.1.5.rebound.example", 421],
  ["local.rebound.example", 421],
])("a page asked for as %s is answered with %i", async (host, status) => {
  expect(await rawStatus("/", { Host: host })).toBe(status);
});

test("the page for an unknown name says what to do, and a proxy's name is its own affair", async () => {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path: "/lan.json", headers: { Host: "rebound.example" } }).end();
  const [response] = await once(asked, "response");
  expect(String(await response.toArray())).toContain("HOSTNAMES");
  expect(await rawStatus("/", { Host: "elsewhere.example", ...through("198.51.100.7") })).toBe(200);
});

test.each([
  ["/", "start page"],
  ["/host/AAAAA", "host page"],
  ["/w/AAAAA", "listener page"],
  ["/w/AAAAA?band=60-250", "listener page"],
])("%s shows the %s", async (path, text) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(await response.text()).toBe(text);
});

test.each([
  ["/w/aaaaa", "/w/AAAAA"],
  ["/w/aa-AAA?band=60-250", "/w/AAAAA?band=60-250"],
  ["/w/aa%20aaa", "/w/AAAAA"],
  ["/host/aaaaa/", "/host/AAAAA"],
  ["/host", "/"],
  ["/w/", "/"],
])("%s leads to %s", async (path, target) => {
  const response = await get(path);
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe(target);
});

test.each(["/nothing", "/w/hello", "/w/%E0%A4%A", "/host/AAAAA/more", "/.secret"])(
  "%s is answered with a page that says what to do",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    const text = await response.text();
    expect(text).toContain("Check the code");
    expect(text).toContain('href="/"');
  },
);

test("paths that climb out of the pages find nothing", async () => {
  expect(await rawStatus("/../../etc/passwd")).toBe(403);
  expect(await rawStatus("/assets/%2e%2e/%2e%2e/secret")).toBe(403);
});

test("hashed files are kept for ever, pages are asked for again", async () => {
  expect((await get("/assets/main-abc123.js")).headers.get("cache-control")).toContain("immutable");
  const page = await get("/w/AAAAA");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const since = page.headers.get("last-modified")!;
  expect(await rawStatus("/w/AAAAA", { "If-Modified-Since": since })).toBe(304);
  expect((await get("/icon.svg")).headers.get("cache-control")).toBe("no-cache");
});

test("files go out compressed to those who take it, and caches are told that it differs", async () => {
  const path = "/assets/main-abc123.js";
  for (const [accepted, encoding, text] of [
    ["br", "br", "brotli"],
    ["gzip", "gzip", "gzip"],
    ["identity", undefined, "export {}"],
  ] as const) {
    const [response] = await once(
      request(`${url}${path}`, { headers: { "Accept-Encoding": accepted } }).end(),
      "response",
    );
    expect(response.headers["content-encoding"]).toBe(encoding);
    expect(response.headers.vary).toBe("Accept-Encoding");
    expect(response.headers["cache-control"]).toContain("immutable");
    expect(String(await response.toArray())).toBe(text);
  }
});

test("every answer forbids inline script and guessing of types", async () => {
  for (const path of ["/", "/healthz", "/nothing", "/assets/main-abc123.js"]) {
    const { headers } = await get(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).not.toMatch(/script-src|unsafe-eval/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  }
});

test("before the pages are built, every page says how to build them", async () => {
  const bare = await serve(unbuilt.path);
  for (const path of ["/", "/w/AAAAA"]) {
    const response = await fetch(bare + path);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  }
  expect((await fetch(`${bare}/healthz`)).status).toBe(200);
});

test("without a token there is no admin page", async () => {
  for (const path of ["/admin", "/admin/", "/admin/index.html", "/admin/walls"]) {
    expect((await get(path, { headers: { Authorization: "Bearer " } })).status).toBe(404);
  }
});

test("with the token, walls are listed and closed; without it, not even guessed at for long", async () => {
  const admin = await serve(pages.path, TOKEN);
  const ask = (path: string, token: string, method = "GET") =>
    fetch(admin + path, { method, headers: { Authorization: `Bearer ${token}` } });
  expect(await (await fetch(`${admin}/admin`)).text()).toBe("admin page");
  const list = await ask("/admin/walls", TOKEN);
  expect(await list.json()).toEqual({ walls: [SUMMARY] });
  expect(list.headers.get("cache-control")).toBe("no-store");
  expect((await ask("/admin/walls/CCCCC", TOKEN, "DELETE")).status).toBe(404);
  expect((await ask("/admin/walls", TOKEN, "PUT")).status).toBe(405);
  expect((await ask("/admin/walls/AAAAA", TOKEN, "DELETE")).status).toBe(204);
  expect(ended).toEqual(["AAAAA"]);
  const guesses = await Promise.all(
    ["a", "b", "c", "d"].map((guess) => ask("/admin/walls/AAAAA", guess, "DELETE")),
  );
  expect(guesses.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 429]);
  expect((await ask("/admin/walls", TOKEN)).status).toBe(429);
  expect(ended).toEqual(["AAAAA"]);
});
