import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../support/test-app.ts";
import { forwardedFor, rawResponse, rawStatus, WebServers, writeErrorPages } from "../support/web-servers.ts";

const servers = new WebServers();
const pages = temporaryDirectory();
const unbuilt = temporaryDirectory();
let url: string;

/** Writes a file into the directory of the pages. */
function write(path: string, text: string): void {
  const full = join(pages.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

beforeAll(async () => {
  write("index.html", "start page");
  write("lang/de/index.html", "Startseite");
  write("lang/ar-XB/index.html", "mirrored start page");
  writeErrorPages(pages.path, ["en", "de"]);
  write("host/index.html", "host page");
  write("listener/index.html", "listener page");
  write("assets/main-abc123.js", "export {}");
  write("assets/main-abc123.js.br", "brotli");
  write("assets/main-abc123.js.gz", "gzip");
  write("icon.svg", "<svg/>");
  url = await servers.start(pages.path);
});

afterAll(() => {
  servers.close();
  pages.remove();
  unbuilt.remove();
});

const get = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });

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
  ['a"><b>:80', 400],
  ["a b", 400],
  ["walls.example:80a", 400],
  ["walls.example:65536", 400],
  ["someone@walls.example", 400],
  ["walls.example/x", 400],
  ["[::1", 400],
])("a request with the host name %s is answered with %i", async (host, status) => {
  expect(await rawStatus(url, "/", { Host: host })).toBe(status);
});

test("other sites may show a screen in a frame if the operator wants that, but never a console", async () => {
  const framed = await servers.start(pages.path, { frameAncestors: ["https://signage.example"] });
  const ancestors = async (path: string) => {
    const policy = (await fetch(framed + path)).headers.get("content-security-policy") ?? "";
    return policy.split("; ").filter((directive) => directive.startsWith("frame-ancestors"));
  };
  // A frame shows the browser's own broken page in place of words that it may not show.
  for (const path of ["/w/AAAAA", "/w/ZZZZZZ", "/check/"])
    expect(await ancestors(path)).toEqual(["frame-ancestors 'self' https://signage.example"]);
  for (const path of ["/host/AAAAA", "/"]) expect(await ancestors(path)).toEqual(["frame-ancestors 'self'"]);
});

test("the page for an unknown host name says what to do; behind a proxy any name is accepted", async () => {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path: "/lan.json", headers: { Host: "rebound.example" } }).end();
  const [response] = await once(sent, "response");
  expect(String(await response.toArray())).toContain('data-problem="wrong-host"');
  expect(await rawStatus(url, "/", { Host: "elsewhere.example", ...forwardedFor("198.51.100.7") })).toBe(200);
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
  ["/w?code=aa-aaa", "/w/AAAAA"],
  ["/w?code=https%3A%2F%2Fwall.example%2Fw%2Faaaaa%3Fband%3Dbass", "/w/AAAAA"],
  ["/w?code=aaaaa&code=ccccc", "/"],
])("%s redirects to %s", async (path, target) => {
  // The address is relative: a proxy may serve all of it below a path.
  for (const below of ["", "/lights"]) {
    const response = await get(path);
    const { pathname, search } = new URL(response.headers.get("location") ?? "", `${url}${below}${path}`);
    expect([response.status, pathname + search]).toEqual([302, below + target]);
  }
});

/** The address of the start page in the text of a page at a path. */
function startIn(page: string, path: string): string {
  return new URL(/class="start" href="([^"]*)"/.exec(page)?.[1] ?? "", url + path).pathname;
}

test.each([
  ["/w/ZZZZZ", "letters"],
  ["/w/hi", "length"],
  ["/w/%E0%A4%A", "length"],
  ["/w?code=hello+you", "length"],
  ["/w?code=", "empty"],
])("%s is answered with a page that says what is wrong and takes another code", async (path, problem) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const page = await response.text();
  expect(page).toContain(`data-problem="code-${problem}"`);
  expect(page).toContain('name="code"');
  expect(startIn(page, path)).toBe("/");
});

test.each(["/nothing", "/host/hello", "/host/AAAAA/more", "/.secret"])(
  "%s is answered with 404 and a page that says what to do",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    const text = await response.text();
    expect(text).toContain('data-problem="not-found"');
    expect(startIn(text, path)).toBe("/");
  },
);

test("paths that leave the directory of the pages are refused", async () => {
  expect(await rawStatus(url, "/../../etc/passwd")).toBe(403);
  expect(await rawStatus(url, "/assets/%2e%2e/%2e%2e/secret")).toBe(403);
});

test("files with a hash in their name are cached for ever, pages are revalidated", async () => {
  expect((await get("/assets/main-abc123.js")).headers.get("cache-control")).toContain("immutable");
  const page = await get("/w/AAAAA");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const since = page.headers.get("last-modified")!;
  expect(await rawStatus(url, "/w/AAAAA", { "If-Modified-Since": since })).toBe(304);
  expect((await get("/icon.svg")).headers.get("cache-control")).toBe("no-cache");
});

test.each([
  ["de", "Startseite"],
  ["de-AT,de;q=0.9,en;q=0.8", "Startseite"],
  ["en-GB,en;q=0.9,de;q=0.8", "start page"],
  ["fr,nl;q=0.9", "start page"],
  ["*", "start page"],
  ["ar", "start page"],
  ["../../etc", "start page"],
])("the start page for a browser that accepts %s is “%s”", async (accepted, text) => {
  const response = await get("/", { headers: { "Accept-Language": accepted } });
  expect(await response.text()).toBe(text);
  expect(response.headers.get("vary")).toBe("Accept-Language, Cookie");
});

test("a language in the address wins, and is kept in a cookie", async () => {
  const headers = { "Accept-Language": "en" };
  const response = await get("/?lang=de", { headers });
  expect(await response.text()).toBe("Startseite");
  const cookie = response.headers.get("set-cookie")!;
  expect(cookie).toMatch(/^lightwall-language=de; .*samesite=lax; httponly/);
  const later = await get("/", { headers: { ...headers, Cookie: cookie.split(";")[0]! } });
  expect(await later.text()).toBe("Startseite");
  expect(await (await get("/?lang=ar-XB")).text()).toBe("mirrored start page");
});

test.each(["/?lang=DE", "/?lang=de-AT"])("%s is German", async (path) => {
  expect(await (await get(path)).text()).toBe("Startseite");
});

test.each(["/?lang=xx", "/?lang=../de", "/?lang=de&lang=en"])("%s names no language", async (path) => {
  const response = await get(path);
  expect(await response.text()).toBe("start page");
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("what is wrong is explained in the language of the browser", async () => {
  const page = await (await get("/w/hi", { headers: { "Accept-Language": "de" } })).text();
  expect(page).toContain('<html lang="de"');
  expect(page).toContain('data-problem="code-length"');
});

test("files are sent in an accepted encoding, with Vary for caches", async () => {
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

test("every response forbids inline scripts and content sniffing", async () => {
  for (const path of ["/", "/healthz", "/nothing", "/assets/main-abc123.js"]) {
    const { headers } = await get(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    // WebAssembly may be compiled, text may not be run as a script.
    expect(headers.get("content-security-policy")).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(headers.get("content-security-policy")).not.toMatch(
      /script-src[^;]*('unsafe-eval'|unsafe-inline)/,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  }
});

test("the policy for windows of other sites is sent where browsers take it", async () => {
  const policyOf = async (headers: Record<string, string>) =>
    (await rawResponse(url, "/", headers)).headers["cross-origin-opener-policy"];
  expect(await policyOf({ Host: "walls.example:8080" })).toBeUndefined();
  expect(await policyOf({ Host: "walls.example", "X-Forwarded-Proto": "https" })).toBe("same-origin");
  expect(await policyOf({ Host: "localhost:8080" })).toBe("same-origin");
});

test("before the pages are built, every page says how to build them", async () => {
  const bare = await servers.start(unbuilt.path);
  for (const path of ["/", "/w/AAAAA"]) {
    const response = await fetch(bare + path);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  }
  expect((await fetch(`${bare}/healthz`)).status).toBe(200);
});

test("a screen whose dark is transparent is a kiosk, and its page is marked", async () => {
  write("lang/de/listener/index.html", '<html lang="de">Bildschirm</html>');
  const { status, headers } = await get("/w/K7QXM?transparent&name=OBS");
  expect([status, headers.get("location")]).toEqual([302, "?transparent&name=OBS&kiosk"]);
  const page = await get("/w/K7QXM?transparent&kiosk&lang=de");
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("vary")).toContain("Accept-Language");
  expect(await page.text()).toBe('<html data-transparent lang="de">Bildschirm</html>');
  expect(await (await get("/w/K7QXM?kiosk")).text()).toBe("listener page");
});
