import { BlockList } from "node:net";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../../server/config/config.ts";
import { CONFIG_KEYS } from "../../../server/config/keys.ts";
import { CLOSE_S, expectCluster, readText, SECRETS } from "../../support/deploy-files.ts";

describe("deploy/cluster/compose.yaml", () => {
  interface ComposeService {
    readonly environment?: Readonly<Record<string, string | number>>;
    readonly ports?: readonly string[];
    readonly volumes?: readonly string[];
    readonly networks?: Readonly<Record<string, { ipv4_address?: string } | null>>;
    readonly depends_on?: readonly string[];
    readonly command?: readonly string[];
    readonly stop_grace_period?: string;
  }
  interface Compose {
    readonly services: Readonly<Record<string, ComposeService>>;
    readonly networks: Readonly<Record<string, { ipam: { config: Record<string, string>[] } }>>;
    readonly volumes: Readonly<Record<string, null>>;
  }

  const text = readText("deploy/cluster/compose.yaml");
  const caddyfile = readText("deploy/cluster/Caddyfile");
  const env: Readonly<Record<string, string>> = {
    ...SECRETS,
    DOMAIN: "walls.example.org",
    PUBLIC_ADDRESS: "203.0.113.7",
  };
  /** Docker fills in values after it has read the file, so an empty one is an empty text. */
  const fill = (value: string) =>
    value.replaceAll(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (whole, key: string, sign, fallback: string) => {
      if (env[key] !== undefined) return env[key];
      if (sign !== "-") throw new Error(`The test has no value for ${whole}.`);
      return fallback;
    });
  const { services, networks, volumes } = parse(
    text,
    (_, value: unknown) => (typeof value === "string" ? fill(value) : value),
    { merge: true },
  ) as Compose;
  const names = Object.keys(services).filter((name) => name.startsWith("node"));
  const environmentOf = (name: string) =>
    Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]),
    );
  const { subnet, gateway, ip_range } = networks.walls!.ipam.config[0]!;

  test("its nodes are one cluster, by keys that exist", () => {
    expect(names).toEqual(["node1", "node2", "node3"]);
    expectCluster(names.map((name) => readConfig(environmentOf(name))));
    const keys = names.flatMap((name) => Object.keys(environmentOf(name)));
    expect(keys.filter((key) => !Object.hasOwn(CONFIG_KEYS, key))).toEqual([]);
    expect(services.nats?.command).toContain(`--pass=${SECRETS.NATS_PASSWORD}`);
  });

  test("each node has a UDP port of its own, the same inside and outside, and a volume of its own", () => {
    for (const name of names) {
      const { udpPort, drainMs } = readConfig(environmentOf(name));
      const node = services[name]!;
      expect(node.ports).toEqual([`${udpPort}:${udpPort}/udp`]);
      expect(node.volumes).toEqual([`${name}:/data`]);
      expect(Number.parseInt(node.stop_grace_period!, 10)).toBeGreaterThan(drainMs / 1000 + CLOSE_S);
    }
  });

  test("what its services name exists", () => {
    for (const service of Object.values(services)) {
      const named = (service.volumes ?? []).map((volume) => volume.split(":")[0]!);
      expect(named.filter((volume) => !volume.startsWith(".") && !(volume in volumes))).toEqual([]);
      expect(Object.keys(service.networks ?? {})).toEqual(["walls"]);
      expect((service.depends_on ?? []).filter((name) => !(name in services))).toEqual([]);
    }
  });

  test("the nodes trust only the address of Caddy, and no other container can get it", () => {
    const address = services.caddy?.networks?.walls?.ipv4_address ?? "";
    for (const name of names) expect(readConfig(environmentOf(name)).trustedProxies).toEqual([address]);
    const contains = (range: string | undefined, one: string | undefined) => {
      const list = new BlockList();
      const [start = "", bits] = (range ?? "").split("/");
      list.addSubnet(start, Number(bits));
      return list.check(one ?? "");
    };
    expect([contains(subnet, address), contains(ip_range, address)]).toEqual([true, false]);
    expect([contains(subnet, gateway), contains(ip_range, gateway)]).toEqual([true, false]);
    expect(caddyfile).toMatch(new RegExp(`@relayed \\{\\s+path /metrics .*\\s+remote_ip ${gateway}\\s`));
  });

  test("Caddy leads the common name to every node, and each node's name to that node", () => {
    const all = names.map((name) => `${name}:8080`).join(" ");
    expect(caddyfile).toContain(`\n{$DOMAIN} {\n\timport common\n\n\treverse_proxy ${all} {`);
    for (const name of names) {
      expect(caddyfile).toContain(`\n${name}.{$DOMAIN} {\n\timport common\n\treverse_proxy ${name}:8080\n}`);
      expect(readConfig(environmentOf(name)).nodeUrl).toBe(`https://${name}.${env.DOMAIN}`);
    }
  });

  test("docs/deploy.md names each value that it needs", () => {
    const [, section = ""] = /\n## Several servers\n(.*?)\n## /s.exec(readText("docs/deploy.md")) ?? [];
    const needed = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, key]) => key!);
    expect(needed.toSorted()).toEqual(Object.keys(env).toSorted());
    for (const key of needed) expect(section).toContain(`\n${key}=`);
  });
});
