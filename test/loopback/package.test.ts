import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryDirectory } from "../support/test-app.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** Puts the package's tarball where `npm install` would, beside the packages that it needs. */
function install(): string {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
  // The pages are built already; building them anew would take them away from tests that run now.
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

test("the package starts, with its pages, its threads and its kernel", { timeout: 60_000 }, async () => {
  const main = join(install(), "lib/main.js");
  const child = spawn(process.execPath, [main], {
    cwd: dirname(dirname(main)),
    env: { ...process.env, HOST: "127.0.0.1", PORT: "0", DATA_DIR: join(directory.path, "data") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  let url: string | undefined;
  for await (const chunk of child.stdout) {
    said += chunk;
    [, url] = /(http:\/\/localhost:\d+)/.exec(said) ?? [];
    if (url) break;
  }
  const page = await (await fetch(`${url}/`)).text();
  const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? [];
  expect((await fetch(`${url}${script}`)).status).toBe(200);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill();
  const [code] = await new Promise<[number | null]>((resolve) =>
    child.once("exit", (code) => resolve([code])),
  );
  expect(code).toBe(0);
});
