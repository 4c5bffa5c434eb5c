import { describe, expect, test } from "vitest";
import {
  forbiddenImports,
  importCircles,
  type Layers,
  longLines,
  parseSource,
  readSources,
  upwardImports,
} from "../support/source-tree.ts";

const sources = readSources("{server,client}/**/*.{ts,tsx}");
const offences = (isForbidden: (from: string, to: string) => boolean) =>
  forbiddenImports(sources, isForbidden);
const isPackage = (name: string, to: string) => to === name || to.startsWith(`${name}/`);

/** The modules of the server; each may import only those that stand below it. */
const SERVER: Layers = [
  ["main"],
  ["app"],
  ["check", "start-cluster", "start-media"],
  ["signal", "terminal", "web"],
  ["room"],
  ["cluster", "media", "wall"],
  ["relay"],
  ["config", "data", "limits"],
  ["net", "protocol"],
];

/** The modules of the media engine. */
const MEDIA: Layers = [
  ["engine"],
  ["media-engine"],
  ["threads"],
  ["peer"],
  ["fanout"],
  ["secure"],
  ["wire"],
  ["kernel"],
  ["clock", "counters", "model"],
];

/** The pages, and what they share. */
const CLIENT: Layers = [
  ["admin", "check", "host", "listener", "start", "trust"],
  ["wall"],
  ["light", "shared"],
  ["words"],
];

/** The modules of the console. */
const CONSOLE: Layers = [
  ["host"],
  ["console"],
  ["elsewhere", "keyboard", "side", "stay-live"],
  ["messages", "room-panel"],
  ["stage"],
  ["midi"],
  ["actions"],
  ["wall"],
  ["light"],
  ["picture"],
  ["song"],
  ["analysis"],
  ["read"],
  ["broadcast"],
  ["ui"],
];

describe("imports point down", () => {
  test.each([
    ["server/", SERVER],
    ["server/media/", MEDIA],
    ["client/", CLIENT],
    ["client/host/", CONSOLE],
  ])("in %s", (folder, layers) => {
    expect(upwardImports(sources, folder, layers)).toEqual([]);
  });

  test("and a planted import of a higher module is found", () => {
    const planted = parseSource("server/wall/planted.ts", 'import { Room } from "../room/room.ts";');
    expect(upwardImports([planted], "server/", SERVER)).toEqual([
      "server/wall/planted.ts → server/room/room.ts",
    ]);
  });

  test("and a file outside every module is found", () => {
    const planted = parseSource("server/planted.ts", "");
    expect(upwardImports([planted], "server/", SERVER)).toEqual(["server/planted.ts"]);
  });
});

describe("no files import one another in a circle", () => {
  test("in the server and the pages", () => {
    expect(importCircles(sources)).toEqual([]);
  });

  test("and a planted circle inside one folder is found", () => {
    const one = parseSource("server/wall/one.ts", 'import { two } from "./two.ts";');
    const two = parseSource("server/wall/two.ts", 'import type { One } from "./one.ts";');
    expect(importCircles([one, two])).toEqual([
      "server/wall/one.ts → server/wall/two.ts → server/wall/one.ts",
    ]);
  });
});

describe("no line is longer than 110 columns", () => {
  test("in code", () => {
    const code = readSources("{server,client,test,scripts}/**/*.{ts,tsx,css,html,c,h,py,go}");
    expect(longLines([...code, ...readSources("*.ts")], 110)).toEqual([]);
  });

  test("and a planted line of 111 columns is found", () => {
    const planted = parseSource("server/planted.ts", `// ${"x".repeat(107)}\n// ${"x".repeat(108)}\n`);
    expect(longLines([planted], 110)).toEqual(["server/planted.ts:2"]);
  });
});

test("no page imports preact/compat, with which a field takes each key as a change", () => {
  expect(offences((_, to) => to.startsWith("preact/compat"))).toEqual([]);
});

describe("the server and the pages meet in the protocol only", () => {
  test("the server imports nothing of the pages", () => {
    expect(offences((from, to) => from.startsWith("server/") && to.startsWith("client/"))).toEqual([]);
  });

  test("the pages import nothing of the server but the protocol", () => {
    const isOther = (to: string) => to.startsWith("server/") && !to.startsWith("server/protocol/");
    expect(offences((from, to) => from.startsWith("client/") && isOther(to))).toEqual([]);
  });

  test("the pages import the protocol by its name in package.json", () => {
    const relative = sources.filter(
      ({ path, text }) => path.startsWith("client/") && /["'](?:\.\.\/)+server\//.test(text),
    );
    expect(relative.map(({ path }) => path)).toEqual([]);
  });

  test("the pages import only types from the files with schemas, which keeps schemas out of them", () => {
    const values = sources.filter(
      ({ path, text }) =>
        path.startsWith("client/") && /import (?!type )[^;]*protocol\/(messages|wall-schema)\.ts"/.test(text),
    );
    expect(values.map(({ path }) => path)).toEqual([]);
  });

  test("the protocol imports nothing but its schema library", () => {
    const isOther = (to: string) => !to.startsWith("server/protocol/") && to !== "valibot";
    expect(offences((from, to) => from.startsWith("server/protocol/") && isOther(to))).toEqual([]);
  });
});

test.each([
  ["werift", /^server\/media\//],
  ["three", /^client\/wall\/three\//],
  ["valibot", /^server\/(protocol|config|cluster)\//],
  ["@nats-io", /^server\/(relay|cluster)\//],
])("%s is imported in its modules only", (name, modules) => {
  expect(offences((from, to) => isPackage(name, to) && !modules.test(from))).toEqual([]);
});

test("the media engine's model imports nothing", () => {
  expect(sources.find(({ path }) => path === "server/media/model.ts")?.imports).toEqual([]);
});

test("the environment is read in main only", () => {
  const readers = sources.filter(({ text }) => text.includes("process.env")).map(({ path }) => path);
  expect(readers).toEqual(["server/main.ts"]);
});

test("every form of import is found", () => {
  const forms = [
    'import { a } from "./a.ts";',
    'import type { B } from "../b.ts";',
    'export { c } from "./c.ts";',
    'import "./d.css";',
    'const e = await import("./e.ts");',
    'const f = new URL("./f.ts", import.meta.url);',
    'import {\n  type G,\n} from "#protocol/g.ts";',
    'import { h } from "valibot";',
  ];
  expect(parseSource("server/room/x.ts", forms.join("\n")).imports).toEqual([
    "server/room/a.ts",
    "server/b.ts",
    "server/room/c.ts",
    "server/room/d.css",
    "server/room/e.ts",
    "server/room/f.ts",
    "server/protocol/g.ts",
    "valibot",
  ]);
});
