import { join } from "node:path";
import { LocalServer } from "./local-server.ts";

/**
 * Starts coturn with credentials that are derived from a shared secret.
 * @param flags additional flags
 */
export function startCoturn(secret: string, flags: readonly string[] = []): Promise<LocalServer> {
  return LocalServer.start({
    candidates: ["turnserver"],
    advice: "This test needs coturn: sudo apt-get install coturn",
    args: (port, directory) => [
      "-n",
      "--no-cli",
      "--no-tls",
      "--no-dtls",
      "--use-auth-secret",
      `--static-auth-secret=${secret}`,
      "--realm=lightwall",
      "--listening-ip=127.0.0.1",
      `--listening-port=${port}`,
      "--relay-ip=127.0.0.1",
      "--allow-loopback-peers",
      "--log-file=stdout",
      `--pidfile=${join(directory, "pid")}`,
      `--userdb=${join(directory, "users")}`,
      ...flags,
    ],
  });
}
