import { defineConfig } from "vite";

/** Three pages, one for each thing a person does: start or join, host, hold up a screen. */
export default defineConfig({
  root: "client",
  publicDir: "../static",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/client",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    rolldownOptions: {
      input: {
        start: "client/index.html",
        host: "client/host/index.html",
        listener: "client/listener/index.html",
      },
    },
  },
});
