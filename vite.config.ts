import { globSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = "dist/client";

/** Puts a `.gz` and a `.br` beside every text file, which koa-static serves to browsers that take them. */
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

/**
 * Lazy imports as browsers do them: Vite's own helper would cost a listener's first script half a kilobyte.
 */
const plainImports: Plugin = {
  name: "plain-imports",
  apply: "build",
  enforce: "pre",
  load: (id) =>
    id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined,
};

/** A page for each thing a person does: start or join, host, hold up a screen, look after the server. */
export default defineConfig({
  root: "client",
  publicDir: "../static",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [plainImports, precompress],
  build: {
    outDir: `../${OUT}`,
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    modulePreload: {
      // Browsers of before 2023 fetch a page's modules one after the other without it, and all others need
      // not load it.
      polyfill: false,
      // The loader above asks for no list of what an import will import.
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
    },
    rolldownOptions: {
      input: {
        start: "client/index.html",
        host: "client/host/index.html",
        listener: "client/listener/index.html",
        admin: "client/admin/index.html",
      },
    },
  },
});
