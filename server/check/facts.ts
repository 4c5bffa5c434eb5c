import { X509Certificate } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { networkInterfaces, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { hasOnlyVirtual, lanAddresses } from "../net/lan.ts";

/** What the findings are made of: facts about this machine, none of which needs the network. */
export interface Facts {
  /** Time of day, ms since 1970. */
  readonly now: number;
  /** A time that has certainly passed, ms since 1970: when this program was built. */
  readonly builtAt: number;
  readonly nodeVersion: string;
  /** Whether the program runs in a container, as far as it can know. */
  readonly isInContainer: boolean;
  /** The addresses at which other machines reach the media port. */
  readonly addresses: readonly string[];
  /** Whether these lead to containers, virtual machines and VPNs only. */
  readonly areAllVirtual: boolean;
  /** Files and connections that the process may have open; undefined if unlimited or unknown. */
  readonly openFilesMax: number | undefined;
  readonly dataDir: DirectoryFacts;
  /** Memory that the process may use, bytes. */
  readonly memoryBytes: number;
  /** The configured certificate; undefined without one, or if it cannot be read. */
  readonly certificate: CertificateFacts | undefined;
}

export interface DirectoryFacts {
  readonly path: string;
  readonly isWritable: boolean;
  /** Undefined if unknown. */
  readonly freeBytes: number | undefined;
}

export interface CertificateFacts {
  /** ms since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Whether it is for this DNS name or address. */
  names(host: string): boolean;
}

/** The month in which this version was made, for files whose times say nothing: npm sets them to 1985. */
const MADE_AT = Date.UTC(2026, 10, 1);
/** Files whose time of change is that of the build. */
const BUILT = ["../../dist/client/index.html", "../../package.json"];

/** Reads the facts about this machine. Never throws. */
export function readFacts(config: Config): Facts {
  const interfaces = networkInterfaces();
  const isContainer = isInContainer();
  return {
    now: Date.now(),
    builtAt: Math.max(MADE_AT, ...BUILT.map((path) => changedAt(new URL(path, import.meta.url)))),
    nodeVersion: process.versions.node,
    isInContainer: isContainer,
    addresses: lanAddresses(config.udpHost, interfaces),
    areAllVirtual: hasOnlyVirtual(interfaces, isContainer),
    openFilesMax: openFilesMax(readOr("/proc/self/limits", "")),
    dataDir: directoryFacts(resolve(config.dataDir)),
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.MAX_SAFE_INTEGER),
    certificate: certificateFacts(readOr(config.tlsCert, "")),
  };
}

function changedAt(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Docker and Podman leave a file; others show in the path of the first process's control group. */
function isInContainer(): boolean {
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) return true;
  return /docker|containerd|kubepods|libpod|lxc/.test(readOr("/proc/1/cgroup", ""));
}

/** The soft limit of open files in the text of `/proc/self/limits`; undefined if there is none. */
export function openFilesMax(limits: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

/** Of a directory, or of the nearest one above in which it would be made. */
function directoryFacts(path: string): DirectoryFacts {
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  return { path, isWritable: isWritable(existing), freeBytes: freeBytes(existing) };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return;
  }
}

/** The facts of the first certificate in a PEM text; undefined if it is none. */
export function certificateFacts(pem: string): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return {
      validFrom: Date.parse(certificate.validFrom),
      validTo: Date.parse(certificate.validTo),
      names: (host) => (certificate.checkHost(host) ?? certificate.checkIP(host)) !== undefined,
    };
  } catch {
    return;
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return fallback;
  }
}
