import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatefulSet } from "kubernetes-types/apps/v1.js";
import type { Container, Secret, Service } from "kubernetes-types/core/v1.js";
import type { Ingress } from "kubernetes-types/networking/v1.js";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.js";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readConfig } from "../../../server/config/config.ts";
import { CONFIG_KEYS } from "../../../server/config/keys.ts";
import { CLOSE_S, expectCluster, ROOT, readText, SECRETS } from "../../support/deploy-files.ts";
import { temporaryDirectory } from "../../support/test-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

describe("deploy/cluster/kubernetes.yaml", () => {
  type Manifest = Secret | Service | StatefulSet | PodDisruptionBudget | Ingress;

  const manifests = parseAllDocuments(readText("deploy/cluster/kubernetes.yaml")).map((document) => {
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
