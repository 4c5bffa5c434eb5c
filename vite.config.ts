import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { fillPages } from "./scripts/fill-pages.ts";

const OUT = "dist/client";

/**
 * The oldest browsers that screens run on. What they lack, pages must not use, or ask for first:
 * `tsconfig.screens.json` and `test/unit/client/old-browsers.test.ts` see to that.
 *
 * - Chromium 85: televisions keep the one they were sold with. Of 2022, Samsung's (Tizen 6.5) have 85, LG's
 *   (webOS 22) 87; Samsung's of 2023 have 94.
 * - Safari 15.4: the first that shows encoded frames. It runs on every iPhone since 2015.
 * - Firefox 115: the last one for Windows 7 and for macOS 10.12 to 10.14.
 */
const OLDEST = ["chrome85", "edge85", "safari15.4", "firefox115"];

/** Compresses every text file to `.gz` and `.br`. koa-static serves these to browsers that accept them. */
const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  closeBundle() {
    for (const file of globSync(`${OUT}/**/*.{js,css,svg,webmanifest}`)) {
      const text = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
      writeFileSync(`${file}.br`, brotliCompressSync(text));
    }
  },
};

/** Replaces Vite's helper for dynamic imports: it would add half a kilobyte to a listener's first script. */
const plainImports: Plugin = {
  name: "plain-imports",
  apply: "build",
  enforce: "pre",
  load: (id) =>
    id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined,
};

/**
 * Lets a listener's page load its worker's script at the same time as its own. To fetch it only when the
 * worker is made would cost a round trip before the first light.
 */
const preloadWorker: Plugin = {
  name: "preload-worker",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle, path }) {
      const worker = Object.keys(bundle ?? {}).find((file) => /ear-worker-[^/]*\.js$/.test(file));
      if (!path.includes("listener") || !worker) return html;
      return [{ tag: "link", attrs: { rel: "modulepreload", href: `../${worker}` }, injectTo: "head" }];
    },
  },
};

interface ModuleContext {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** Whether a page needs a module from the start. */
function isNeededBy(page: string, module: string, context: ModuleContext): boolean {
  const found = new Set([fileURLToPath(new URL(`client/${page}`, import.meta.url))]);
  for (const id of found)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found.has(module);
}

/** The chunk of a module that several pages share; none of its own for what the start page needs too. */
function nameOfShared(module: string, context: ModuleContext): string | null {
  const isOfPages = isNeededBy("listener/main.ts", module, context);
  return isOfPages && !isNeededBy("start/start.ts", module, context) ? "light" : null;
}

/** The pages: start, host, listener, admin, the check of a screen, and those for errors and for trust. */
export default defineConfig({
  root: "client",
  // Relative addresses: a proxy may serve all of it below a path of its site.
  base: "./",
  publicDir: "../static",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [plainImports, preloadWorker, fillPages(), precompress],
  // Modules, so that a worker loads what it needs later when it needs it.
  worker: { format: "es" },
  build: {
    outDir: `../${OUT}`,
    emptyOutDir: true,
    // All in OLDEST have private members, of ES2022's syntax the only part in use. Given OLDEST, the compiler
    // would replace them too, for a fault of V8 with static fields, at 3 kB of a listener's script.
    target: "es2022",
    cssTarget: OLDEST,
    manifest: true,
    modulePreload: {
      // Only browsers from before 2023 need it. Without it they load a page's modules one after the other.
      polyfill: false,
      // `plainImports` ignores the list of dependencies of a dynamic import.
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
    },
    rolldownOptions: {
      // What a listener's page shares with the host's is one chunk: gzip needs more bytes for several.
      output: { codeSplitting: { groups: [{ name: nameOfShared, minShareCount: 2 }] } },
      input: {
        start: "client/index.html",
        host: "client/host/index.html",
        listener: "client/listener/index.html",
        admin: "client/admin/index.html",
        check: "client/check/index.html",
        error: "client/error/index.html",
        trust: "client/trust/index.html",
      },
    },
  },
});
