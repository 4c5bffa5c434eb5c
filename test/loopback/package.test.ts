import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryDirectory } from "../support/test-app.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** Installs the tarball of the package as `npm install` would, with links to its dependencies. */
function install(): string {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
  // Does not build the pages: that would delete them while other tests use them.
  run("npm", "run", "--silent", "build:server");
  run("npm", "pack", "--ignore-scripts", "--pack-destination", directory.path);
  const [tarball = ""] = globSync("*.tgz", { cwd: directory.path });
  const modules = join(directory.path, "node_modules");
  const installed = join(modules, "lightwall");
  mkdirSync(installed, { recursive: true });
  run("tar", "-xzf", join(directory.path, tarball), "-C", installed, "--strip-components=1");
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  return installed;
}

test("the installed package starts and serves its pages", { timeout: 60_000 }, async () => {
  const main = join(install(), "lib/main.js");
  const child = spawn(process.execPath, [main], {
    cwd: dirname(dirname(main)),
    env: { ...process.env, HOST: "127.0.0.1", PORT: "0", DATA_DIR: join(directory.path, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let url: string | undefined;
  for await (const chunk of child.stdout) {
    output += chunk;
    [, url] = /(http:\/\/localhost:\d+)/.exec(output) ?? [];
    if (url) break;
  }
  const page = await (await fetch(`${url}/`)).text();
  const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? [];
  expect((await fetch(new URL(script ?? "", `${url}/`))).status).toBe(200);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill();
  const [code] = await new Promise<[number | null]>((resolve) =>
    child.once("exit", (code) => resolve([code])),
  );
  expect(code).toBe(0);
});
