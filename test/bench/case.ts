import type { CrowdReport } from "./crowd.ts";

/**
 * A load. `pictures` has pictures of {@link PICTURE_BYTES} a packet instead of the song, and `both` has them
 * beside it. `hot` raises the packet rate until the core is full; `storm` adds many listeners within seconds.
 */
export type Case =
  | { kind: "steady"; listeners: number; packetsPerSecond: number }
  | { kind: "pictures"; listeners: number; packetsPerSecond: number }
  | { kind: "both"; listeners: number; packetsPerSecond: number; picturesPerSecond: number }
  | { kind: "hot" }
  | { kind: "storm" };

/** Payload of a packet of a picture: about what browsers send. */
export const PICTURE_BYTES = 1_150;

export interface Options {
  /** Payload of each packet, bytes. */
  payload: number;
  /** Duration of a steady measurement. */
  seconds: number;
  /** Folder for CPU profiles, if wanted. */
  profiles: string | undefined;
  /** Media threads of Lightwall. With more than one, the server may use both cores. */
  workers: number;
}

/** Figures of one case; null if a figure has no meaning in the case. */
export interface Result {
  server: string;
  /** The case, as {@link caseName} writes it. */
  case: string;
  /** Listeners that were asked to join. */
  listeners: number;
  /** Packets a second that the host sent. */
  packetsPerSecond: number;
  /** CPU time of the process per packet that arrived at a listener, of the song or of a picture. */
  cpuUsPerPacket: number | null;
  /** Packets that arrived, per second of CPU time. */
  packetsPerSecondPerCore: number | null;
  /** CPU time of the process, divided by the elapsed time. */
  core: number;
  /** CPU time per packet, by thread name. */
  threadUsPerPacket: Record<string, number>;
  /** Resident memory that each listener added. */
  memoryKbPerListener: number | null;
  /** CPU time that each join took. */
  joinCpuMs: number | null;
  /** Listeners that connected. */
  connected: number;
  /** Packets that did not arrive, over all listeners. */
  lost: number;
  crowd: CrowdReport;
  /** Why listeners did not connect, each reason once. */
  failures: string[];
  /** Load average of the machine over the last minute of the case. */
  load: number;
}

export function caseName(one: Case): string {
  if (one.kind === "steady") return `${one.listeners}x${one.packetsPerSecond}`;
  if (one.kind === "both") return `${one.listeners}x${one.packetsPerSecond}v${one.picturesPerSecond}`;
  return one.kind === "pictures" ? `${one.listeners}v${one.packetsPerSecond}` : one.kind;
}

/** Parses the text that {@link caseName} writes; undefined if it is not a case. */
export function readCase(text: string): Case | undefined {
  if (text === "hot" || text === "storm") return { kind: text };
  const [, listeners, kind, rate, pictures] =
    text.match(/^(\d+)([xv])(\d+(?:\.\d+)?)(?:v(\d+(?:\.\d+)?))?$/) ?? [];
  if (!listeners || !rate) return;
  const load = { listeners: Number(listeners), packetsPerSecond: Number(rate) };
  if (pictures)
    return kind === "v" ? undefined : { kind: "both", ...load, picturesPerSecond: Number(pictures) };
  return kind === "v" ? { kind: "pictures", ...load } : { kind: "steady", ...load };
}
