import { globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Source {
  /** Path from the root, with slashes. */
  path: string;
  text: string;
  /** What it imports: paths from the root for own files, names for packages. */
  imports: string[];
}

const sources = globSync("{server,client}/**/*.{ts,tsx}", { cwd: ROOT }).map((path) =>
  readSource(path.replaceAll("\\", "/")),
);

function readSource(path: string): Source {
  const text = readFileSync(`${ROOT}/${path}`, "utf8");
  const imports = text.matchAll(
    /(?:^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)["']([^"']+)["']/gm,
  );
  return {
    path,
    text,
    imports: [...imports].map(([, name = ""]) =>
      name.startsWith(".") ? posix.join(dirname(path), name) : name,
    ),
  };
}

/** `importer → imported` for every import that `forbidden` finds. */
function offences(forbidden: (from: Source, to: string) => boolean): string[] {
  return sources.flatMap((source) =>
    source.imports.filter((to) => forbidden(source, to)).map((to) => `${source.path} → ${to}`),
  );
}

const isPackage = (name: string, to: string) => to === name || to.startsWith(`${name}/`);

/** The server's files and folders from top to bottom; each may import only what stands below it. */
const LAYERS = [
  ["main"],
  ["banner"],
  ["app"],
  ["http", "sockets"],
  ["admin", "session"],
  ["arriving"],
  ["bearer", "metrics"],
  ["rooms"],
  ["places", "room", "waiting"],
  ["room-figures", "room-timing", "standing", "wall"],
  ["packet-time", "room-stats", "seats", "wall-delay"],
  ["arrangement", "connecting", "host-news", "wall-store"],
  ["wall-files", "wall-sweep"],
  ["media"],
  ["relay"],
  ["guard", "load"],
  ["connections", "strangers", "unfinished", "unsent"],
  ["address", "control-frames", "frame-meter", "rate", "shares", "tries"],
  ["data-dir"],
  ["config-file", "flags", "ice-servers", "keys", "log", "message-page"],
  ["host-names", "ports"],
  ["certificate", "config"],
  ["codes", "config-keys", "data-lock", "files", "private-files"],
  ["lan"],
  ["protocol"],
];

/** How far down a server file stands, or -1 when it has no place. */
function layer(path: string): number {
  const name = path.split("/")[1]?.replace(/\.ts$/, "");
  return LAYERS.findIndex((names) => names.some((known) => known === name));
}

const inServer = (path: string) => path.startsWith("server/");

test("every file of the server has its place", () => {
  expect(sources.map(({ path }) => path).filter((path) => inServer(path) && layer(path) < 0)).toEqual([]);
});

test("the server's imports point down", () => {
  const samePart = (a: string, b: string) => a.split("/")[1] === b.split("/")[1];
  const upward = offences(
    ({ path }, to) => inServer(path) && inServer(to) && layer(to) <= layer(path) && !samePart(path, to),
  );
  expect(upward).toEqual([]);
});

test("the server and the pages meet only in the protocol", () => {
  expect(offences(({ path }, to) => inServer(path) && to.startsWith("client/"))).toEqual([]);
  const reaching = offences(
    ({ path }, to) => path.startsWith("client/") && inServer(to) && !to.startsWith("server/protocol/"),
  );
  expect(reaching).toEqual([]);
});

test("pages import what is shared, never one another", () => {
  const PAGES = ["client/host/", "client/listener/", "client/admin/"];
  const SHARED = ["client/shared/", "client/light/", "client/wall/"];
  const page = (path: string) => PAGES.find((start) => path.startsWith(start));
  expect(offences(({ path }, to) => page(to) !== undefined && page(to) !== page(path))).toEqual([]);
  const shared = (path: string) => SHARED.some((start) => path.startsWith(start));
  expect(offences(({ path }, to) => shared(path) && to.startsWith("client/") && !shared(to))).toEqual([]);
});

test.each([
  ["werift", (path: string) => path.startsWith("server/media/")],
  ["three", (path: string) => /^client\/(wall|listener\/modes)\//.test(path)],
  ["valibot", (path: string) => path.startsWith("server/protocol/") || path.startsWith("server/config")],
])("%s stays where it belongs", (name, allowed) => {
  expect(offences(({ path }, to) => isPackage(name, to) && !allowed(path))).toEqual([]);
});

test("the protocol imports nothing but its schema library", () => {
  const others = offences(
    ({ path }, to) =>
      path.startsWith("server/protocol/") && !to.startsWith("server/protocol/") && to !== "valibot",
  );
  expect(others).toEqual([]);
});

test("pages take no schemas: from messages they import types only", () => {
  const values = sources.filter(
    ({ path, text }) =>
      path.startsWith("client/") && /import (?!type )[^;]*protocol\/(messages|wall-schema)\.ts"/.test(text),
  );
  expect(values.map(({ path }) => path)).toEqual([]);
});

test("the environment is read in main and nowhere else", () => {
  const readers = sources.filter(({ text }) => text.includes("process.env")).map(({ path }) => path);
  expect(readers).toEqual(["server/main.ts"]);
});

test("the reader of imports sees every form of them", () => {
  const messages = sources.find(({ path }) => path === "server/protocol/messages.ts");
  expect(messages?.imports).toEqual([
    "valibot",
    "server/protocol/errors.ts",
    "server/protocol/timing.ts",
    "server/protocol/wall.ts",
    "server/protocol/wall-schema.ts",
  ]);
  const session = sources.find(({ path }) => path === "server/session.ts");
  expect(session?.imports).toContain("server/rooms.ts");
});
