import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issue, permittedFor } from "../../server/web/https/authority.ts";
import { findProgram } from "./find-program.ts";
import { LocalServer } from "./local-server.ts";
import { freePort } from "./ports.ts";

/** Whether Pebble is installed: an ACME server for tests, by the makers of Let's Encrypt. */
export const HAS_PEBBLE = [["pebble"], ["pebble-challtestsrv"]].every(findProgram);

const ADVICE = "This test needs Pebble: sudo apt-get install pebble";

export interface Pebble {
  /** The address of its directory. */
  readonly directory: string;
  /** Path of the certificate that its clients must trust. */
  readonly ca: string;
  close(): Promise<void>;
}

/**
 * Starts Pebble, which sleeps before it validates and refuses nonces at random, as it does by default, and a
 * DNS server that sends it to 127.0.0.1 for every domain.
 * @param folder for the certificate of its HTTPS
 * @param httpPort where it asks for proofs, in place of port 80
 * @param validSeconds how long its certificates are valid; years by default
 */
export async function startPebble(folder: string, httpPort: number, validSeconds?: number): Promise<Pebble> {
  const authority = await createAuthority("pebble", permittedFor([]), Date.now());
  const { cert, key } = await issue(authority, ["localhost", "127.0.0.1"], Date.now());
  const file = (name: string) => join(folder, name);
  writeFileSync(file("pebble-ca.pem"), authority.cert);
  writeFileSync(file("pebble-cert.pem"), cert);
  writeFileSync(file("pebble-key.pem"), key);
  const dnsPort = await freePort();
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", ""];
  const dns = await LocalServer.start({
    candidates: ["pebble-challtestsrv"],
    advice: ADVICE,
    args: (port) => [
      ...off,
      ...["-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""],
      ...["-dns01", `127.0.0.1:${dnsPort}`, "-management", `127.0.0.1:${port}`],
    ],
  });
  const pebble = await LocalServer.start({
    candidates: ["pebble"],
    advice: ADVICE,
    args: (port) => {
      const settings = {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: "127.0.0.1:0",
        certificate: file("pebble-cert.pem"),
        privateKey: file("pebble-key.pem"),
        httpPort,
        tlsPort: 5001,
        certificateValidityPeriod: validSeconds,
      };
      writeFileSync(file("pebble.json"), JSON.stringify({ pebble: settings }));
      return ["-config", file("pebble.json"), "-dnsserver", `127.0.0.1:${dnsPort}`, "-strict"];
    },
  });
  return {
    directory: `https://localhost:${pebble.port}/dir`,
    ca: file("pebble-ca.pem"),
    close: async () => {
      await Promise.all([pebble.close(), dns.close()]);
    },
  };
}
