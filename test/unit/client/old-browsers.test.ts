import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseSource, readSources, type Source } from "../../support/source-tree.ts";

/** The repository's root. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const PROJECT = join(ROOT, "tsconfig.screens.json");

/**
 * What Chromium 85 or another of the oldest browsers lacks (OLDEST in vite.config.ts), and the type checker
 * does not know: it has no DOM of that time, and takes syntax that the build does not replace. Versions are
 * those of MDN's browser-compat-data.
 */
const NEWER: Readonly<Record<string, RegExp>> = {
  "static block, Chromium 94": /\bstatic\s*\{/,
  "private name before in, Chromium 91": /#\w+\s+in\s/,
  "await outside functions, Chromium 89": /^(?:(?:const|let) [^;]*?= )?await\b/m,
  "AbortSignal.timeout and any, Chromium 103": /\bAbortSignal\.(?:timeout|any)\b/,
  "structuredClone, Chromium 98": /\bstructuredClone\b/,
  "randomUUID, Chromium 92": /\brandomUUID\b/,
  "replaceChildren, Chromium 86": /\breplaceChildren\b/,
  "checkVisibility, Chromium 105": /\bcheckVisibility\b/,
  "popovers, Chromium 114": /\b(?:show|hide|toggle)Popover\b|\bpopover\b/,
  "reportError, Chromium 95": /\breportError\b/,
  "roundRect, Chromium 99": /\broundRect\b/,
  "ARIA as properties, Firefox 119": /\.aria[A-Z]\w*/,
  "logical insets, Chromium 87": /\.inset(?:Inline|Block)\w*/,
  "OffscreenCanvas, Safari 16.4": /\bOffscreenCanvas\b/,
  "CompressionStream, Safari 16.4": /\b(?:Dec|C)ompressionStream\b/,
  "requestIdleCallback, no Safari": /\brequestIdleCallback\b/,
  "WebCodecs, Chromium 94": /\b(?:Audio|Video)(?:Decoder|Encoder|Data)\b|\bVideoFrame\b/,
  "RTCRtpScriptTransform, Chromium 141": /\bRTCRtpScriptTransform\b/,
  "outputLatency, Chromium 102": /\boutputLatency\b/,
  ":focus-visible in a script, Chromium 86": /\(["'`][^"'`]*:focus-visible/,
  ":is and :where, Chromium 88": /:(?:is|where)\(/,
  ":has, Chromium 105": /:has\(/,
  "aspect-ratio, Chromium 88": /\baspect-ratio\b/,
  "dvh and its like, Chromium 108": /\d[dsl]v[hw]\b/,
  "container queries, Chromium 105": /@container\b/,
};

/** Where one of {@link NEWER} is used only where the browser has it, or a page does without. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  "client/listener/ear/decoder.ts: WebCodecs, Chromium 94",
  "client/listener/page/missing.ts: WebCodecs, Chromium 94",
  "client/listener/ear/frames-ear.ts: RTCRtpScriptTransform, Chromium 141",
  "client/listener/join/downlink.ts: RTCRtpScriptTransform, Chromium 141",
  "client/listener/picture/element-source.ts: WebCodecs, Chromium 94",
  "client/listener/picture/track-source.ts: WebCodecs, Chromium 94",
  "client/shared/peer.ts: RTCRtpScriptTransform, Chromium 141",
  // A type.
  "client/wall/look/picture.ts: WebCodecs, Chromium 94",
  "client/listener/ear/analyser-ear.ts: outputLatency, Chromium 102",
  "client/listener/pace/loudspeaker.ts: outputLatency, Chromium 102",
]);

/** Scripts and styles that screens and the start page load, at once or later. */
function loaded(): Source[] {
  const sources = new Map(readSources("{client,server/protocol}/**/*.ts").map((one) => [one.path, one]));
  const found = new Set<Source>();
  const visit = (path: string): void => {
    const source = sources.get(path);
    if (!source || found.has(source)) return;
    found.add(source);
    source.imports.forEach(visit);
  };
  visit("client/listener/main.ts");
  visit("client/start/start.ts");
  return [...found, ...readSources("client/{listener,shared,start}/*.css")];
}

/** `path: what` for all that is newer, except where it is asked for first. */
function newerIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
    const used = Object.keys(NEWER).filter((what) => NEWER[what]!.test(code));
    return used.map((what) => `${path}: ${what}`).filter((use) => !ASKED_FOR.has(use));
  });
}

/** What the type checker says about a project; empty if all is well. */
function checkTypes(project: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [TSC, "-p", project], { encoding: "utf8" });
  return stdout + stderr;
}

describe("screens run on televisions of 2022", () => {
  test("they use no method of after ES2021", () => {
    expect(checkTypes(PROJECT)).toBe("");
  });

  test("and a planted one is found", () => {
    const folder = mkdtempSync(join(tmpdir(), "lightwall-"));
    try {
      writeFileSync(join(folder, "planted.ts"), "export const last = [1, 2].at(-1);\n");
      const project = { extends: PROJECT, compilerOptions: { types: [] }, include: ["planted.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
      expect(checkTypes(join(folder, "tsconfig.json"))).toContain("Property 'at' does not exist");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("they use nothing else that these lack, unless they ask for it first", () => {
    const sources = loaded();
    const paths = sources.map(({ path }) => path);
    // Among them what is loaded later.
    expect(paths).toContain("client/wall/three/look-view.ts");
    expect(paths).toContain("client/listener/ear/ear-worker.ts");
    expect(newerIn(sources)).toEqual([]);
  });

  test.each([
    ["const copy = structuredClone(show);", "structuredClone, Chromium 98"],
    ["class A { static { open(); } }", "static block, Chromium 94"],
    ['const ear = await import("./ear.ts");', "await outside functions, Chromium 89"],
    ['byId("safe").ariaChecked = "true";', "ARIA as properties, Firefox 119"],
    ["fetch(url, { signal: AbortSignal.timeout(3_000) });", "AbortSignal.timeout and any, Chromium 103"],
  ])("and a planted use is found: %s", (text, what) => {
    const planted = parseSource("client/listener/planted.ts", text);
    expect(newerIn([planted])).toEqual([`client/listener/planted.ts: ${what}`]);
  });

  test("no exception is left for what is gone", () => {
    const used = loaded().flatMap(({ path, text }) =>
      Object.keys(NEWER).flatMap((what) => (NEWER[what]!.test(text) ? [`${path}: ${what}`] : [])),
    );
    expect([...ASKED_FOR].filter((use) => !used.includes(use))).toEqual([]);
  });
});
