#!/usr/bin/env node
import { createApp } from "./app.ts";
import { type Config, readConfig } from "./config/config.ts";
import { findConfigFile, readConfigFile } from "./config/file.ts";
import { helpText, readFlags } from "./config/flags.ts";
import { SECRET_KEYS } from "./config/keys.ts";
import { warnOfPermissions } from "./data/files.ts";
import { banner, createLog } from "./terminal.ts";

/** How long closing may take before the process ends anyway, ms. */
const CLOSE_LIMIT = 5_000;
/**
 * Signals that end the server in good order: of service managers, Ctrl+C, a terminal or session that closes,
 * Ctrl+\, and Ctrl+Break on Windows.
 */
const ENDS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(helpText());
  else {
    const path = flags.file ?? findConfigFile(process.cwd());
    const file = path === undefined ? undefined : readConfigFile(path);
    const config = readConfig(process.env, { flags: flags.settings, ...(file && { file }) });
    const holdsSecrets = SECRET_KEYS.values().some((key) => file?.values[key]);
    await run(config, path !== undefined && holdsSecrets ? [path] : []);
  }
} catch (error) {
  process.stderr.write(`Lightwall could not start. ${(error as Error).message}\n`);
  process.exit(1);
}

/** @param secretFiles configuration files that hold secrets */
async function run(config: Config, secretFiles: readonly string[]): Promise<void> {
  const log = createLog(config.logLevel);
  warnOfPermissions(secretFiles, log);
  // Whoever read the log is gone; the walls go on without it, where each failed line would be another defect
  // to log.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {});
  // Only a defect of ours gets here. One broken peer must not put out every screen, so the server goes on.
  process.on("uncaughtException", (err) => log.fatal({ err }, "uncaught exception"));
  process.on("unhandledRejection", (err) => log.fatal({ err }, "unhandled rejection"));

  const app = await createApp(config, log);
  process.stdout.write(`${banner(app)}\n`);
  log.info({ host: app.host, port: app.port, udpPort: app.udpPort }, "server started");

  const end = async (reason: string, exitCode: number): Promise<void> => {
    log.info({ reason }, "server stopping");
    setTimeout(() => process.exit(1), CLOSE_LIMIT);
    await app.close();
    process.exit(exitCode);
  };
  let told = false;
  const leave = async (reason: string): Promise<void> => {
    // Told twice, it does not wait for those inside. A terminal that closes may say SIGHUP twice by itself.
    if (told && reason === "SIGHUP") return;
    if (!told) {
      told = true;
      log.info({ reason }, "server draining");
      await app.drain();
    }
    await end(reason, 0);
  };
  for (const signal of ENDS) process.on(signal, leave);
  app.failed.then((reason) => {
    process.stderr.write(
      `Lightwall ended. ${reason} Start it again, or let a supervisor such as systemd do so.
`,
    );
    return end(reason, 1);
  });
}
