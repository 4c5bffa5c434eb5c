import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StatefulSet } from "kubernetes-types/apps/v1.js";
import type { Container, Secret, Service } from "kubernetes-types/core/v1.js";
import type { Ingress } from "kubernetes-types/networking/v1.js";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.js";
import { afterAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type Config, readConfig } from "../../../server/config/config.ts";
import { CONFIG_KEYS } from "../../../server/config/keys.ts";
import { temporaryDirectory } from "../../support/test-app.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** What the secrets may be. */
const SECRETS: Readonly<Record<string, string>> = {
  SECRET: Buffer.alloc(32, 7).toString("base64"),
  NATS_PASSWORD: "0123456789abcdef".repeat(3),
};
/** How long a server may take to close after its pages have left, s: `CLOSE_TIMEOUT_MS` in server/main.ts. */
const CLOSE_S = 5;

/** The nodes must carry the same walls, and be found each by itself and all together. */
function expectCluster(nodes: readonly Config[]): void {
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

  const text = read("deploy/cluster/compose.yaml");
  const caddyfile = read("deploy/cluster/Caddyfile");
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
    const [, section = ""] = /\n## Several servers\n(.*?)\n## /s.exec(read("docs/deploy.md")) ?? [];
    const needed = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, key]) => key!);
    expect(needed.toSorted()).toEqual(Object.keys(env).toSorted());
    for (const key of needed) expect(section).toContain(`\n${key}=`);
  });
});

describe("deploy/cluster/kubernetes.yaml", () => {
  type Manifest = Secret | Service | StatefulSet | PodDisruptionBudget | Ingress;

  const manifests = parseAllDocuments(read("deploy/cluster/kubernetes.yaml")).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
  const all = <T extends Manifest>(kind: T["kind"]) => manifests.filter((one) => one.kind === kind) as T[];
  const services = all<Service>("Service");
  const sets = all<StatefulSet>("StatefulSet");
  const [secret] = all<Secret>("Secret");
  const [ingress] = all<Ingress>("Ingress");
  const nodes = sets.find(({ metadata }) => metadata?.name === "lightwall")!.spec!;
  const [container] = nodes.template.spec!.containers as [Container];
  const podNames = Array.from({ length: nodes.replicas! }, (_, index) => `lightwall-${index}`);

  /** What Kubernetes gives the container of a pod as its environment. */
  function environmentOf(index: number, secrets: Readonly<Record<string, string>>): Record<string, string> {
    const fields = new Map([
      ["metadata.name", podNames[index]],
      ["status.hostIP", `203.0.113.${index + 1}`],
    ]);
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of container.env!) {
      const key = valueFrom?.secretKeyRef?.key ?? "";
      const given = value ?? fields.get(valueFrom?.fieldRef?.fieldPath ?? "") ?? secrets[key];
      if (given === undefined) throw new Error(`The test has no value for ${name}.`);
      // Only what stands above counts.
      env[name] = given.replaceAll(/\$\(([A-Z_]+)\)/g, (whole, other: string) => env[other] ?? whole);
    }
    return env;
  }

  /** What the types of the Kubernetes API have against manifests: the compiler's lines. */
  function problemsOf(all: readonly Manifest[]): string[] {
    const file = (name: string) => join(directory.path, name);
    const lines = all.map(({ apiVersion = "", kind, ...rest }, index) => {
      const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
      const type = `import("kubernetes-types/${group.split(".")[0]}/${version}.js").${kind}`;
      return `export const m${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })};\n`;
    });
    writeFileSync(file("manifests.ts"), lines.join(""));
    const compilerOptions = {
      module: "nodenext",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      paths: { "kubernetes-types/*": [join(ROOT, "node_modules/kubernetes-types/*")] },
    };
    writeFileSync(file("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["manifests.ts"] }));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const args = [compiler, "--pretty", "false", "-p", directory.path];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
    expect(status).not.toBeNull();
    return stdout.split("\n").filter((line) => line.includes("error"));
  }

  test("each manifest is of the type that its kind has in the Kubernetes API", () => {
    expect(manifests.map(({ kind }) => kind)).toContain("Namespace");
    expect(problemsOf(manifests)).toEqual([]);
  });

  test("a key that the API does not know, or a wrong type, would be found", () => {
    const wrong = structuredClone(sets);
    const [one, other] = wrong.map(({ spec }) => spec!.template.spec!.containers[0]!) as [
      Container,
      Container,
    ];
    Object.assign(one, { readinesProbe: {} });
    Object.assign(other.ports![0]!, { containerPort: "8080" });
    expect(problemsOf(wrong)).toEqual([
      expect.stringContaining(`'"readinesProbe"' does not exist in type 'Container'`),
      expect.stringContaining("'string' is not assignable to type 'number'"),
    ]);
  });

  test("its nodes are one cluster, by keys that exist, and all secrets come from the Secret", () => {
    const secrets = { ...secret?.stringData, ...SECRETS };
    expectCluster(podNames.map((_, index) => readConfig(environmentOf(index, secrets))));
    const names = container.env!.map(({ name }) => name);
    const inOthers = container.env!.flatMap(({ value = "" }) => value.match(/(?<=\$\()[A-Z_]+(?=\))/g) ?? []);
    expect(names.filter((name) => !Object.hasOwn(CONFIG_KEYS, name) && !inOthers.includes(name))).toEqual([]);
    expect(inOthers.filter((name) => !names.includes(name))).toEqual([]);
    for (const { spec } of sets) {
      for (const { valueFrom } of spec!.template.spec!.containers.flatMap(({ env = [] }) => env)) {
        if (!valueFrom?.secretKeyRef) continue;
        expect(valueFrom.secretKeyRef.name).toBe(secret?.metadata?.name);
        expect(Object.keys(secret!.stringData!)).toContain(valueFrom.secretKeyRef.key);
      }
    }
  });

  test("nodes do not start with the secret of the template, which everyone can read", () => {
    expect(() => readConfig(environmentOf(0, secret!.stringData!))).toThrow(/^(RELAY_URL|SECRET) must be/);
  });

  test("all but the namespace itself is in its namespace, each name once", () => {
    const [namespace, ...others] = manifests.map(({ metadata }) => metadata!);
    expect(new Set(others.map((one) => one.namespace))).toEqual(new Set([namespace?.name]));
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("selectors match the labels of pods, and the ports that Services name are ports of these pods", () => {
    for (const { spec } of sets) {
      expect(spec?.template.metadata?.labels).toMatchObject(spec!.selector.matchLabels!);
      expect(services.map(({ metadata }) => metadata?.name)).toContain(spec?.serviceName);
    }
    for (const { metadata, spec } of services) {
      const { "statefulset.kubernetes.io/pod-name": podName = "", ...labels } = spec!.selector!;
      const pods = sets.filter(({ spec: set }) => set?.template.metadata?.labels?.app === labels.app);
      expect([metadata?.name, pods.length]).toEqual([metadata?.name, 1]);
      expect(Object.keys(labels)).toEqual(["app"]);
      if (podName) expect([podName, podNames.includes(podName)]).toEqual([metadata?.name, true]);
      const ports = pods[0]!.spec!.template.spec!.containers.flatMap((one) => one.ports!);
      const named = spec!.ports!.map(({ targetPort }) => targetPort);
      expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    }
    const [budget] = all<PodDisruptionBudget>("PodDisruptionBudget");
    expect(nodes.template.metadata?.labels).toMatchObject(budget!.spec!.selector!.matchLabels!);
    expect(budget?.spec?.maxUnavailable).toBe(1);
  });

  test("volumes that containers mount exist, and probes ask ports that exist", () => {
    for (const { spec } of sets) {
      const pod = spec!.template.spec!;
      const claimed = (spec!.volumeClaimTemplates ?? []).map(({ metadata }) => metadata!.name);
      const volumes = [...claimed, ...(pod.volumes ?? []).map(({ name }) => name)];
      for (const { volumeMounts = [], ports = [], readinessProbe, livenessProbe } of pod.containers) {
        expect(volumeMounts.map(({ name }) => name)).toEqual(volumes);
        const asked = [readinessProbe, livenessProbe].map((probe) => probe?.httpGet?.port);
        expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
      }
    }
    expect(container.readinessProbe?.httpGet?.path).toBe("/readyz");
    expect(container.livenessProbe?.httpGet?.path).toBe("/healthz");
  });

  test("the ports of a node are those that it listens at, and media has that of its machine", () => {
    const { port, udpPort, drainMs } = readConfig(environmentOf(0, { ...secret?.stringData, ...SECRETS }));
    expect(container.ports).toEqual([
      { name: "http", containerPort: port },
      { name: "media", containerPort: udpPort, protocol: "UDP" },
    ]);
    const pod = nodes.template.spec!;
    expect([pod.hostNetwork, pod.dnsPolicy]).toEqual([true, "ClusterFirstWithHostNet"]);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drainMs / 1000 + CLOSE_S);
    const [rule] = pod.affinity!.podAntiAffinity!.requiredDuringSchedulingIgnoredDuringExecution!;
    expect(nodes.template.metadata?.labels).toMatchObject(rule!.labelSelector!.matchLabels!);
  });

  test("the Ingress leads PUBLIC_URL to all nodes, and each NODE_URL to its node", () => {
    const secrets = { ...secret?.stringData, ...SECRETS };
    const urls = podNames.map((name, index) => [readConfig(environmentOf(index, secrets)).nodeUrl, name]);
    const { publicUrl } = readConfig(environmentOf(0, secrets));
    const rules = ingress!.spec!.rules!.map(({ host, http }) => {
      const { service } = http!.paths[0]!.backend;
      const target = services.find(({ metadata }) => metadata?.name === service?.name);
      expect(target?.spec?.ports?.map(({ name }) => name)).toContain(service?.port?.name);
      return [`https://${host}`, service?.name];
    });
    expect(rules).toEqual([[publicUrl, "lightwall"], ...urls]);
    expect(ingress!.spec!.tls![0]!.hosts).toEqual(ingress!.spec!.rules!.map(({ host }) => host));
  });
});
