import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type Case, caseName, type Options, PICTURE_BYTES, type Result } from "./case.ts";
import { Crowd, HOST } from "./crowd.ts";
import { type ProcessFigures, readProcess } from "./process-figures.ts";
import { BOTH_CORES, buildC, Program, SERVER_CORE, source } from "./programs.ts";
import type { Video } from "./sdp.ts";
import type { Server, ServerKind } from "./servers.ts";

/** Listeners that join at the same time. */
const PARALLEL_JOINS = 16;
/** How long a case runs before it is measured, so that Node has compiled the code that runs often. */
const WARM_UP_S = 10;
/** How long packets that are on the way may take to arrive. */
const SETTLE_MS = 500;
/** How long a server may take to send the packets that it has queued. */
const BACKLOG_TIMEOUT_MS = 5_000;

const HOT_LISTENERS = 300;
const HOT_FIRST_RATE_PER_SECOND = 100;
/** Most rates that are tried. */
const HOT_STEPS = 7;
const HOT_STEP_S = 3;
/** Share of a core from which on it counts as full. */
const FULL_CORE = 0.95;
/** Delay up to which a server counts as keeping up. A longer one shows that its queue grows. */
const DELAY_MAX_MS = 100;

/** Listeners that are connected before the storm. */
const STORM_BEFORE = 200;
/** Listeners that join in the storm. */
const STORM_JOINS = 1_000;
/** How long the storm lasts. */
const STORM_S = 10;
const STORM_PACKETS_PER_SECOND = 50;

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
  #video: Video = "none";

  constructor(name: string, crowd: Crowd, server: Server, options: Options) {
    this.name = name;
    this.crowd = crowd;
    this.server = server;
    this.options = options;
    this.#empty = readProcess(server.pid);
  }

  /** Offers have pictures from now on, and the host sends them instead of the song. */
  sendPictures(): void {
    this.#video = "instead";
    this.crowd.sendPictures();
  }

  /** Offers have pictures from now on, and the host sends them beside the song. */
  sendBeside(packetsPerSecond: number): void {
    this.#video = "beside";
    this.crowd.sendBeside(packetsPerSecond, PICTURE_BYTES);
  }

  async addHost(): Promise<void> {
    if (this.server.rtpPort !== undefined) this.crowd.sendPlain(this.server.rtpPort);
    else if (!(await this.#join(HOST))) throw new Error([...this.crowd.failures].join(", "));
  }

  /** Adds listeners, {@link PARALLEL_JOINS} at a time, and measures the CPU time of a join. */
  async addListeners(first: number, count: number): Promise<void> {
    const before = readProcess(this.server.pid).cpuMs;
    let next = first;
    const joiner = async () => {
      while (next < first + count) if (await this.#join(next++)) this.connected++;
    };
    await Promise.all(Array.from({ length: PARALLEL_JOINS }, joiner));
    this.joinCpuMs = (readProcess(this.server.pid).cpuMs - before) / count;
  }

  /** Adds listeners at a steady pace, without waiting for earlier ones to connect. */
  async addPaced(first: number, count: number, seconds: number): Promise<void> {
    const joins: Promise<boolean>[] = [];
    const start = performance.now();
    for (let n = 0; n < count; n++) {
      await delay(Math.max(0, start + (n * seconds * 1000) / count - performance.now()));
      joins.push(this.#join(first + n));
    }
    for (const joined of joins) if (await joined) this.connected++;
  }

  /** Plays for some seconds, and measures the cost and the packets that arrived. */
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
    await delay(SETTLE_MS);
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
    const arrived = report.packets + report.pictures;
    const perPacket = (ms: number) => (ms * 1000) / arrived;
    const threads = [...after.threadsMs]
      .map(([name, ms]) => [name, round(perPacket(ms - (before.threadsMs.get(name) ?? 0)), 2)] as const)
      .filter(([, us]) => us > 0);
    return {
      server: this.name,
      case: caseName(one),
      listeners,
      packetsPerSecond: round(packetsPerSecond, 1),
      cpuUsPerPacket: report.packets > 0 ? round(perPacket(cpuMs), 2) : null,
      packetsPerSecondPerCore: cpuMs > 0 ? Math.round((arrived * 1000) / cpuMs) : null,
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

  /** Waits until the packets that were sent before have arrived. */
  async #silence(): Promise<void> {
    const deadline = performance.now() + BACKLOG_TIMEOUT_MS;
    for (let last = -1; performance.now() < deadline; await delay(SETTLE_MS / 2)) {
      const { packets } = await this.crowd.report();
      if (packets === last) return;
      last = packets;
    }
  }

  async #join(index: number): Promise<boolean> {
    const own = this.crowd.side(index);
    return this.crowd.join(
      index,
      own,
      await this.server.meet(index === HOST ? "publish" : "subscribe", own, this.#video),
    );
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
      const hasPictures = one.kind === "pictures";
      const run = new Run(
        name,
        crowd,
        server,
        hasPictures ? { ...options, payload: PICTURE_BYTES } : options,
      );
      if (hasPictures) run.sendPictures();
      if (one.kind === "both") run.sendBeside(one.picturesPerSecond);
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
export async function runFloor(
  one: Exclude<Case, { kind: "storm" | "both" }>,
  options: Options,
): Promise<Result> {
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
        meet: () => Promise.reject(new Error("no peer can join the floor")),
        close: () => program.close(),
      };
      const hasPictures = one.kind === "pictures";
      const run = new Run(
        "floor",
        crowd,
        server,
        hasPictures ? { ...options, payload: PICTURE_BYTES } : options,
      );
      if (hasPictures) run.sendPictures();
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
  await run.measure(one, listeners, packetsPerSecond, WARM_UP_S);
  return run.measure(one, listeners, packetsPerSecond, run.options.seconds);
}

/**
 * Raises the rate step by step, towards the rate at which the cost per packet so far would fill the core.
 * Returns the step with the highest load at which the server kept up.
 */
async function runHot(run: Run, one: Case, listeners: number): Promise<Result> {
  let rate = HOT_FIRST_RATE_PER_SECOND;
  let ceiling = Number.POSITIVE_INFINITY;
  let best = await run.measure(one, listeners, rate, HOT_STEP_S);
  for (let step = 1; step < HOT_STEPS && best.core < FULL_CORE; step++) {
    rate = Math.min(rate * 4, (best.packetsPerSecond * 0.98) / best.core, ceiling);
    const tried = await run.measure(one, listeners, rate, HOT_STEP_S);
    if (tried.lost === 0 && tried.crowd.delayP99Ms < DELAY_MAX_MS) {
      if (tried.core <= best.core) return best;
      best = tried;
    } else {
      ceiling = (rate + best.packetsPerSecond) / 2;
    }
  }
  return best;
}

/** Adds many listeners within seconds, while others receive the song: their packets must not be late. */
async function runStorm(run: Run, one: Case): Promise<Result> {
  await run.addListeners(0, STORM_BEFORE);
  run.joinCpuMs = null;
  await run.measure(one, STORM_BEFORE, STORM_PACKETS_PER_SECOND, WARM_UP_S);
  const before = readProcess(run.server.pid);
  run.crowd.mark(STORM_BEFORE);
  const seconds = STORM_S + 2;
  const start = performance.now();
  const played = run.crowd.play(
    STORM_PACKETS_PER_SECOND,
    run.options.payload,
    STORM_PACKETS_PER_SECOND * seconds,
  );
  await run.addPaced(STORM_BEFORE, STORM_JOINS, STORM_S);
  await played;
  const wallMs = performance.now() - start;
  await delay(SETTLE_MS);
  const result = await run.result(one, STORM_BEFORE + STORM_JOINS, STORM_PACKETS_PER_SECOND, before, wallMs);
  // Late listeners have not lost the packets that were sent before they joined. Most of the CPU time is that
  // of the joins, so a cost per packet has no meaning.
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
