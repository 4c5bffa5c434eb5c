import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Config } from "../../server/config/config.ts";

/** Path of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** What the secrets may be. */
export const SECRETS: Readonly<Record<string, string>> = {
  SECRET: Buffer.alloc(32, 7).toString("base64"),
  NATS_PASSWORD: "0123456789abcdef".repeat(3),
};
/** How long a server may take to close after its pages have left, s: `CLOSE_TIMEOUT_MS` in server/main.ts. */
export const CLOSE_S = 5;

/** The nodes must carry the same walls, and be found each by itself and all together. */
export function expectCluster(nodes: readonly Config[]): void {
  expect(nodes).toHaveLength(3);
  const distinct = (of: (config: Config) => unknown) =>
    new Set(nodes.map((node) => JSON.stringify(of(node))));
  expect(distinct(({ relay }) => relay).size).toBe(1);
  expect(distinct(({ secret }) => secret).size).toBe(1);
  expect(distinct(({ publicUrl }) => publicUrl).size).toBe(1);
  expect(distinct(({ nodeUrl }) => nodeUrl).size).toBe(3);
  expect(distinct(({ announce, udpPort }) => [announce, udpPort]).size).toBe(3);
  for (const { relay, secret, publicUrl, nodeUrl, drainMs, announce } of nodes) {
    expect(relay?.urls).toEqual([`nats://lightwall:${SECRETS.NATS_PASSWORD}@nats:4222`]);
    expect(secret).toHaveLength(32);
    expect(publicUrl).toBe("https://walls.example.org");
    expect(nodeUrl).toMatch(/^https:\/\/[a-z0-9-]+\.walls\.example\.org$/);
    expect(drainMs).toBe(30_000);
    expect(announce).toHaveLength(1);
  }
}
