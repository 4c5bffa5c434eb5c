#!/usr/bin/env node
import { delimiter } from "node:path";
import { createApp } from "./app.ts";
import { examine, report } from "./check/doctor.ts";
import { readFacts } from "./check/facts.ts";
import { findingsOf } from "./check/findings.ts";
import { type Config, readConfig } from "./config/config.ts";
import { findConfigFile, readConfigFile } from "./config/file.ts";
import { helpText, readFlags } from "./config/flags.ts";
import { SECRET_KEYS } from "./config/key-groups.ts";
import { warnOfPermissions } from "./data/files.ts";
import { banner, createLog } from "./terminal.ts";

/** How long closing may take before the process exits anyway, ms. */
const CLOSE_TIMEOUT_MS = 5_000;
/**
 * Signals on which the server stops gracefully: from service managers, Ctrl+C, a terminal that closes,
 * Ctrl+\, and Ctrl+Break on Windows.
 */
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(helpText());
  else {
    const path = flags.file ?? findConfigFile(process.cwd());
    const file = path === undefined ? undefined : readConfigFile(path);
    const config = readConfig(process.env, { flags: flags.settings, ...(file && { file }) });
    const hasSecrets = SECRET_KEYS.values().some((key) => file?.values[key]);
    const secretFiles = path !== undefined && hasSecrets ? [path] : [];
    if (flags.doctor) await runDoctor(config, flags.online);
    else await run(config, secretFiles);
  }
} catch (error) {
  const what = process.argv.includes("doctor") ? "The doctor could not look." : "Lightwall could not start.";
  process.stderr.write(`${what} ${(error as Error).message}\n`);
  process.exit(1);
}

/** Says what will not work. The exit code is 1 if something does not. */
async function runDoctor(config: Config, online: boolean): Promise<void> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const findings = await examine(config, { online, folders });
  process.stdout.write(report(findings));
  process.exitCode = findings.some(({ level }) => level === "problem") ? 1 : 0;
}

/** @param secretFiles paths of configuration files that contain secrets */
async function run(config: Config, secretFiles: readonly string[]): Promise<void> {
  const log = createLog(config.logLevel);
  warnOfPermissions(secretFiles, log);
  // The reader of the log may end before the server. Without this handler each line that cannot be written
  // would be an uncaught exception, and its log line another one.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {});
  // Only a bug in the server gets here. The server continues, so that one connection cannot stop all walls.
  process.on("uncaughtException", (err) => log.fatal({ err }, "uncaught exception"));
  process.on("unhandledRejection", (err) => log.fatal({ err }, "unhandled rejection"));

  const app = await createApp(config, log);
  const facts = { ...app, publicUrl: config.publicUrl };
  process.stdout.write(`${banner(facts, process.stdout.isTTY)}\n`);
  for (const { level, text, advice } of findingsOf(readFacts(config), config)) {
    if (level === "warning" || level === "problem") log.warn(`${text} ${advice}`);
  }
  app.localUrl.then(
    (url) => url && process.stdout.write(`  By its name too, where that is known: ${url}\n\n`),
  );
  log.info({ host: app.host, port: app.port, udpPort: app.udpPort }, "server started");

  const exit = async (reason: string, exitCode: number): Promise<void> => {
    log.info({ reason }, "server stopping");
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS);
    await app.close();
    process.exit(exitCode);
  };
  let isDraining = false;
  const stop = async (reason: string): Promise<void> => {
    // A second signal ends the drain. SIGHUP does not: a terminal that closes may send it twice.
    if (isDraining && reason === "SIGHUP") return;
    if (!isDraining) {
      isDraining = true;
      log.info({ reason }, "server draining");
      await app.drain();
    }
    await exit(reason, 0);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  app.failed.then((reason) => {
    process.stderr.write(
      `Lightwall stops. ${reason} Start it again, or let a supervisor such as systemd restart it.\n`,
    );
    return exit(reason, 1);
  });
}
