import { build, type Rolldown } from "vite";

/** Compiles a module of the pages, with all that it imports, to one classic script for a page of a test. */
export async function bundleForPage(file: string): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry: file, formats: ["iife"], name: "tested" },
    },
  })) as Rolldown.RolldownOutput[];
  return result[0]!.output[0].code;
}
