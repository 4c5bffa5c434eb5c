import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Crowd, type CrowdReport, HOST } from "./crowd.ts";
import { type ProcessFigures, readProcess } from "./process-figures.ts";
import { BOTH_CORES, buildC, Program, SERVER_CORE, source } from "./programs.ts";
import type { Server, ServerKind } from "./servers.ts";

/**
 * What is asked of a server. `hot` raises the rate until the core is full; `storm` lets a crowd in at once.
 */
export type Case =
  | { kind: "steady"; listeners: number; packetsPerSecond: number }
  | { kind: "hot" }
  | { kind: "storm" };

export interface Options {
  /** Bytes of each packet's payload. */
  payload: number;
  /** Length of a steady measurement. */
  seconds: number;
  profiles: string | undefined;
  /** Media threads of this server; with more than one it has both cores, the crowd's too. */
  workers: number;
}

/** Figures of one case; null where a figure has no meaning in it. */
export interface Result {
  server: string;
  case: string;
  listeners: number;
  packetsPerSecond: number;
  /** CPU time of the whole process per packet that arrived. */
  cpuUsPerPacket: number | null;
  packetsPerSecondPerCore: number | null;
  /** Share of one core. */
  core: number;
  /** CPU per packet by thread name. */
  threadUsPerPacket: Record<string, number>;
  memoryKbPerListener: number | null;
  joinCpuMs: number | null;
  connected: number;
  /** Packets of those the host sent that did not arrive at a listener. */
  lost: number;
  crowd: CrowdReport;
  /** Why some did not connect. */
  failures: string[];
  /** The machine's load average over a minute when the case ended. */
  load: number;
}

/** Listeners that join at the same time. */
const JOINING = 16;
/** A song lasts minutes: time in s for what compiles itself, on Node and Go, to have done so. */
const WARM_UP_SECONDS = 10;
/** Time in ms for what is under way to arrive. */
const SETTLE = 500;
/** Time in ms within which a server must have worked off what it was late with. */
const BACKLOG_MAX = 5000;

const HOT_LISTENERS = 300;
const HOT_FIRST_RATE = 100;
const HOT_STEPS = 7;
const HOT_SECONDS = 3;
/** A core counts as full from here on. */
const FULL_CORE = 0.95;
/** A server keeps up while its packets are out within this many ms; later, they are in a queue that grows. */
const KEEPING_UP_MS = 100;

const STORM_BEFORE = 200;
const STORM_JOINS = 1000;
const STORM_SECONDS = 10;
const STORM_RATE = 50;

export function caseName(one: Case): string {
  return one.kind === "steady" ? `${one.listeners}x${one.packetsPerSecond}` : one.kind;
}

/** Reads a case as {@link caseName} writes it; undefined if it is none. */
export function readCase(text: string): Case | undefined {
  if (text === "hot" || text === "storm") return { kind: text };
  const [, listeners, rate] = text.match(/^(\d+)x(\d+(?:\.\d+)?)$/) ?? [];
  if (listeners && rate)
    return { kind: "steady", listeners: Number(listeners), packetsPerSecond: Number(rate) };
}

/** A server and its crowd, for one case. */
class Run {
  readonly name: string;
  readonly crowd: Crowd;
  readonly server: Server;
  readonly options: Options;
  connected = 0;
  memoryKbPerListener: number | null = null;
  joinCpuMs: number | null = null;
  readonly #empty: ProcessFigures;

  constructor(name: string, crowd: Crowd, server: Server, options: Options) {
    this.name = name;
    this.crowd = crowd;
    this.server = server;
    this.options = options;
    this.#empty = readProcess(server.pid);
  }

  async addHost(): Promise<void> {
    if (this.server.rtpPort !== undefined) this.crowd.sendPlain(this.server.rtpPort);
    else if (!(await this.#join(HOST))) throw new Error([...this.crowd.failures].join(", "));
  }

  /** Lets listeners in, a few at a time, and takes the CPU time that each costs. */
  async addListeners(first: number, count: number): Promise<void> {
    const before = readProcess(this.server.pid).cpuMs;
    let next = first;
    const joiner = async () => {
      while (next < first + count) if (await this.#join(next++)) this.connected++;
    };
    await Promise.all(Array.from({ length: JOINING }, joiner));
    this.joinCpuMs = (readProcess(this.server.pid).cpuMs - before) / count;
  }

  /** Lets listeners in at a steady pace, whether or not those before have got in. */
  async addPaced(first: number, count: number, seconds: number): Promise<void> {
    const joins: Promise<boolean>[] = [];
    const start = performance.now();
    for (let n = 0; n < count; n++) {
      await delay(Math.max(0, start + (n * seconds * 1000) / count - performance.now()));
      joins.push(this.#join(first + n));
    }
    for (const joined of joins) if (await joined) this.connected++;
  }

  /** Plays for some seconds, and tells what that cost and what arrived. */
  async measure(one: Case, listeners: number, packetsPerSecond: number, seconds: number): Promise<Result> {
    await this.#silence();
    this.crowd.mark(0);
    const before = readProcess(this.server.pid);
    const start = performance.now();
    await this.crowd.play(
      packetsPerSecond,
      this.options.payload,
      Math.max(1, Math.round(packetsPerSecond * seconds)),
    );
    const wallMs = performance.now() - start;
    await delay(SETTLE);
    return this.result(one, listeners, packetsPerSecond, before, wallMs);
  }

  async result(
    one: Case,
    listeners: number,
    packetsPerSecond: number,
    before: ProcessFigures,
    wallMs: number,
  ): Promise<Result> {
    const after = readProcess(this.server.pid);
    const report = await this.crowd.report();
    const cpuMs = after.cpuMs - before.cpuMs;
    const perPacket = (ms: number) => (ms * 1000) / report.packets;
    const threads = [...after.threadsMs]
      .map(([name, ms]) => [name, round(perPacket(ms - (before.threadsMs.get(name) ?? 0)), 2)] as const)
      .filter(([, us]) => us > 0);
    return {
      server: this.name,
      case: caseName(one),
      listeners,
      packetsPerSecond: round(packetsPerSecond, 1),
      cpuUsPerPacket: report.packets > 0 ? round(perPacket(cpuMs), 2) : null,
      packetsPerSecondPerCore: cpuMs > 0 ? Math.round((report.packets * 1000) / cpuMs) : null,
      core: round(cpuMs / wallMs, 3),
      threadUsPerPacket: Object.fromEntries(threads),
      memoryKbPerListener:
        this.memoryKbPerListener ?? round((after.residentKb - this.#empty.residentKb) / listeners, 1),
      joinCpuMs: this.joinCpuMs && round(this.joinCpuMs, 2),
      connected: this.connected,
      lost: report.sent * listeners - report.packets,
      crowd: report,
      failures: [...this.crowd.failures],
      load: round(loadavg()[0]!, 2),
    };
  }

  /** Waits until nothing comes any more of what was played before. */
  async #silence(): Promise<void> {
    const deadline = performance.now() + BACKLOG_MAX;
    for (let last = -1; performance.now() < deadline; await delay(SETTLE / 2)) {
      const { packets } = await this.crowd.report();
      if (packets === last) return;
      last = packets;
    }
  }

  async #join(index: number): Promise<boolean> {
    const own = this.crowd.side(index);
    return this.crowd.join(index, own, await this.server.meet(index === HOST ? "publish" : "subscribe", own));
  }
}

/** Measures one case of one server. */
export async function runCase(name: string, kind: ServerKind, one: Case, options: Options): Promise<Result> {
  const crowd = await Crowd.start();
  try {
    const { profiles, workers } = options;
    const cores = one.kind === "storm" || workers > 1 ? BOTH_CORES : SERVER_CORE;
    const server = await kind.start({ cores, profiles, workers });
    try {
      const run = new Run(name, crowd, server, options);
      await run.addHost();
      if (one.kind === "storm") return await runStorm(run, one);
      const listeners = one.kind === "hot" ? HOT_LISTENERS : one.listeners;
      await run.addListeners(0, listeners);
      return await runLoad(run, one, listeners);
    } finally {
      await server.close();
    }
  } finally {
    await crowd.close();
  }
}

let floor: string | undefined;

/** Measures one case of the floor program, which has listeners but no peers. */
export async function runFloor(one: Exclude<Case, { kind: "storm" }>, options: Options): Promise<Result> {
  floor ??= buildC("floor", [source("floor.c"), source("crowd/srtp.c")]);
  const listeners = one.kind === "hot" ? HOT_LISTENERS : one.listeners;
  const crowd = await Crowd.start();
  try {
    const program = new Program(SERVER_CORE, [floor, String(listeners), String(crowd.port)]);
    try {
      const { rtpPort } = JSON.parse(await program.firstLine()) as { rtpPort: number };
      const server: Server = {
        pid: program.pid,
        rtpPort,
        meet: () => Promise.reject(new Error("the floor has no peers")),
        close: () => program.close(),
      };
      const run = new Run("floor", crowd, server, options);
      await run.addHost();
      crowd.addMute(listeners);
      run.connected = listeners;
      return await runLoad(run, one, listeners);
    } finally {
      await program.close();
    }
  } finally {
    await crowd.close();
  }
}

async function runLoad(run: Run, one: Exclude<Case, { kind: "storm" }>, listeners: number): Promise<Result> {
  if (one.kind === "hot") return runHot(run, one, listeners);
  const { packetsPerSecond } = one;
  await run.measure(one, listeners, packetsPerSecond, WARM_UP_SECONDS);
  return run.measure(one, listeners, packetsPerSecond, run.options.seconds);
}

/**
 * Raises the rate by what a packet has cost so far, and keeps the fullest step that the server kept up with.
 */
async function runHot(run: Run, one: Case, listeners: number): Promise<Result> {
  let rate = HOT_FIRST_RATE;
  let ceiling = Number.POSITIVE_INFINITY;
  let best = await run.measure(one, listeners, rate, HOT_SECONDS);
  for (let step = 1; step < HOT_STEPS && best.core < FULL_CORE; step++) {
    rate = Math.min(rate * 4, (best.packetsPerSecond * 0.98) / best.core, ceiling);
    const tried = await run.measure(one, listeners, rate, HOT_SECONDS);
    if (tried.lost === 0 && tried.crowd.delayP99Ms < KEEPING_UP_MS) {
      if (tried.core <= best.core) return best;
      best = tried;
    } else {
      ceiling = (rate + best.packetsPerSecond) / 2;
    }
  }
  return best;
}

/** Some are in and hear the song; then a crowd comes within seconds, and the song must not stumble. */
async function runStorm(run: Run, one: Case): Promise<Result> {
  await run.addListeners(0, STORM_BEFORE);
  run.joinCpuMs = null;
  await run.measure(one, STORM_BEFORE, STORM_RATE, WARM_UP_SECONDS);
  const before = readProcess(run.server.pid);
  run.crowd.mark(STORM_BEFORE);
  const seconds = STORM_SECONDS + 2;
  const start = performance.now();
  const played = run.crowd.play(STORM_RATE, run.options.payload, STORM_RATE * seconds);
  await run.addPaced(STORM_BEFORE, STORM_JOINS, STORM_SECONDS);
  await played;
  const wallMs = performance.now() - start;
  await delay(SETTLE);
  const result = await run.result(one, STORM_BEFORE + STORM_JOINS, STORM_RATE, before, wallMs);
  // Those who come late have not missed what was played before, and a packet's share of the CPU is mostly
  // joins.
  return {
    ...result,
    lost: 0,
    cpuUsPerPacket: null,
    packetsPerSecondPerCore: null,
    memoryKbPerListener: null,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
