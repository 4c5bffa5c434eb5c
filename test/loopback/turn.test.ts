import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { IceServers } from "../../server/signal/ice-servers.ts";
import { startCoturn } from "../support/coturn.ts";
import { TurnClient } from "../support/turn-client.ts";

const SECRET = "shared between coturn and the server";
/** Replaces the server's address in the examples. */
const SERVER = "127.0.0.1";

/** The flags of an example that restrict the peers of coturn. */
function peerFlags(path: string): string[] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const flags = text.match(/--(allowed|denied)-peer-ip=[^\s\\]+/g) ?? [];
  return flags.map((flag) => flag.replace(/(--allowed-peer-ip=).*/, `$1${SERVER}`));
}

test.each(["docs/deploy.md", "deploy/compose.yaml"])(
  "coturn with the flags in %s relays only to the server, over IPv4 and IPv6",
  async (path) => {
    const coturn = await startCoturn(SECRET, ["--relay-ip=::1", ...peerFlags(path)]);
    const [server] = new IceServers({
      stunUrls: [],
      turnUrls: [`turn:127.0.0.1:${coturn.port}`],
      turnSecret: SECRET,
      turnMs: 60_000,
    }).issue(Date.now());
    const { username = "", credential = "" } = server!;
    const answers: Record<string, number> = {};
    for (const [family, peers] of [
      [4, [SERVER, "10.0.0.1", "192.0.2.1"]],
      [6, ["::1", "::2", "2001:db8::1", "fd00::1", "::ffff:a00:1"]],
    ] as const) {
      const client = new TurnClient(coturn.port, { username, credential });
      expect(await client.allocate(family)).toBe(200);
      for (const peer of peers) answers[peer] = await client.permit(peer);
      client.close();
    }
    await coturn.close();
    expect(answers).toEqual({
      [SERVER]: 200,
      "10.0.0.1": 403,
      "192.0.2.1": 403,
      "::1": 403,
      "::2": 403,
      "2001:db8::1": 403,
      "fd00::1": 403,
      "::ffff:a00:1": 403,
    });
  },
);
