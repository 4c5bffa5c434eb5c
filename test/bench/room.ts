/**
 * `npm run bench:room`: one wall with 1,000 listeners on UDP and 200 on their WebSockets, 50 packets a
 * second. Counts what listeners on UDP have lost, and measures how late the timers of the server's main
 * thread fire, which sends all frames over WebSockets. The listeners on UDP are the crowd of `bench:fanout`
 * (a C program), with real sessions. The last line is JSON. Exits with 1 if an aim is missed. Linux.
 *
 * `-- --listeners 300 --sockets 50 --seconds 10` changes the size.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryDirectory } from "../support/test-app.ts";
import { Crowd } from "./crowd.ts";
import { readProcess } from "./process-figures.ts";
import { source } from "./programs.ts";
import type { LoopDelays } from "./room/loop-delay.ts";
import { Pages } from "./room/pages.ts";
import type { SocketReport } from "./room/socket-listeners.ts";

const LOOP_DELAY_P99_MAX_MS = 20;
const PACKETS_PER_SECOND = 50;
const PAYLOAD_BYTES = 320;
/** The song while listeners join is longer than they need, s. */
const SONG_S = 600;
/** How long packets flow before they are counted, s. */
const WARM_UP_S = 5;
/** How long packets that are on the way may take to arrive. */
const SETTLE_MS = 500;

const { values } = parseArgs({
  options: {
    listeners: { type: "string", default: "1000" },
    sockets: { type: "string", default: "200" },
    seconds: { type: "string", default: "30" },
  },
});
const [listeners, sockets] = [Number(values.listeners), Number(values.sockets)];
const packets = Number(values.seconds) * PACKETS_PER_SECOND;

const folder = temporaryDirectory();
const delaysPath = join(folder.path, "delays.json");
const server = await ServerProcess.start({
  NODE_OPTIONS: `--import=${source("room/loop-delay.ts")}`,
  BENCH_DELAYS: delaysPath,
  NETWORK_SHARE: "100",
  // The crowd's song has packets of 20 ms whatever its host is told.
  LONG_PACKETS_FROM: "1000000",
});
const pid = server.pid!;
const crowd = await Crowd.start();
const pages = new Pages(server.port, crowd);
let onSockets: ChildProcessByStdio<Writable, Readable, null> | undefined;
try {
  await pages.addHost();
  // Listeners who join find frames. The next order replaces what is left of these.
  void crowd.play(PACKETS_PER_SECOND, PAYLOAD_BYTES, SONG_S * PACKETS_PER_SECOND);
  const connected = await pages.addListeners(listeners);
  process.stderr.write(`${connected} of ${listeners} listeners are connected over UDP\n`);

  const script = source("room/socket-listeners.ts");
  onSockets = spawn(process.execPath, [script, String(server.port), pages.code, String(sockets)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: onSockets.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).value !== "joined") throw new Error("The listeners could not all join.");
  process.stderr.write(`${sockets} listeners have joined on their WebSockets\n`);
  await crowd.play(PACKETS_PER_SECOND, PAYLOAD_BYTES, WARM_UP_S * PACKETS_PER_SECOND);
  await delay(SETTLE_MS);

  crowd.mark(0);
  onSockets.stdin.write("mark\n");
  const before = readProcess(pid);
  const mainBefore = mainThread(pid);
  process.kill(pid, "SIGUSR2");
  await crowd.play(PACKETS_PER_SECOND, PAYLOAD_BYTES, packets);
  process.kill(pid, "SIGUSR2");
  const after = readProcess(pid);
  const mainAfter = mainThread(pid);
  await delay(SETTLE_MS);
  const report = await crowd.report();
  onSockets.stdin.write("report\n");
  const overSockets: SocketReport = JSON.parse((await lines.next()).value!);
  while (!existsSync(delaysPath)) await delay(50);
  const delays: LoopDelays = JSON.parse(readFileSync(delaysPath, "utf8"));

  const lost = report.sent * connected - report.packets;
  const isMet =
    connected === listeners &&
    lost === 0 &&
    overSockets.silent === 0 &&
    delays.p99Ms <= LOOP_DELAY_P99_MAX_MS;
  const share = (ms: number) => round(ms / (Number(values.seconds) * 1_000), 3);
  const round = (value: number, digits = 2) => Number(value.toFixed(digits));
  console.log(
    JSON.stringify({
      listeners: connected,
      sockets,
      packets: report.sent,
      /** Packets that did not arrive over UDP, over all listeners; what the crowd was too slow to read. */
      lost,
      crowdDropped: report.crowdDropped,
      /** From the host's packet to its arrival at the last listener on UDP, 99th percentile. */
      udpDelayP99Ms: round(report.delayP99Ms),
      /** How late the timers of the main thread fire. */
      loopDelayP50Ms: round(delays.p50Ms),
      loopDelayP99Ms: round(delays.p99Ms),
      loopDelayMaxMs: round(delays.maxMs),
      /** Share of the time that the main thread has run, and has waited for a core. */
      mainRan: share(mainAfter.ranMs - mainBefore.ranMs),
      mainWaited: share(mainAfter.waitedMs - mainBefore.waitedMs),
      /** Frames that came over WebSockets, and frames between them that did not. */
      socketFrames: overSockets.frames,
      socketMissing: overSockets.missing,
      socketSilent: overSockets.silent,
      socketWorstGapMs: round(overSockets.worstGapMs),
      /** CPU time of the server, all threads, s a second. */
      core: share(after.cpuMs - before.cpuMs),
      isMet,
    }),
  );
  if (!isMet) process.exitCode = 1;
} finally {
  onSockets?.stdin.end();
  if (onSockets && onSockets.exitCode === null) await once(onSockets, "exit");
  pages.close();
  await crowd.close();
  await server.close();
  folder.remove();
}

/** How long a main thread has run and waited for a core, ms (proc_pid_schedstat in Linux's documents). */
function mainThread(process: number): { ranMs: number; waitedMs: number } {
  const [ran, waited] = readFileSync(`/proc/${process}/task/${process}/schedstat`, "utf8").split(" ");
  return { ranMs: Number(ran) / 1e6, waitedMs: Number(waited) / 1e6 };
}
