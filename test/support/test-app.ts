import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, createApp } from "../../server/app.ts";
import { type Config, readConfig } from "../../server/config/config.ts";
import { FakeEngine } from "./fake-engine.ts";
import { silent } from "./logs.ts";

/** Creates a temporary directory. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "lightwall-"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** Starts a server on free ports of 127.0.0.1, with a fake media engine. */
export async function startApp(settings: Partial<Config> & Pick<Config, "dataDir">, log = silent) {
  const engine = new FakeEngine();
  const config = { ...readConfig({ HOST: "127.0.0.1", PORT: "0" }), ...settings };
  const app: App = await createApp(config, log, engine);
  return { app, engine };
}

/** Starts a server as {@link startApp} does, with the real media engine. */
export function startRealApp(settings: Partial<Config> & Pick<Config, "dataDir">): Promise<App> {
  const config = { ...readConfig({ HOST: "127.0.0.1", PORT: "0", UDP_PORT: "0" }), ...settings };
  return createApp(config, silent);
}
