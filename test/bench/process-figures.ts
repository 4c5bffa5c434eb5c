import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in /proc: always 100 for programs, whatever the kernel uses itself. */
const TICKS_PER_SECOND = 100;

/** Resources that a process has used so far. */
export interface ProcessFigures {
  /** CPU time of all its threads, also of those that have ended, user and system. */
  cpuMs: number;
  /** CPU time of its present threads, summed up by thread name. */
  threadsMs: ReadonlyMap<string, number>;
  /** Resident memory. */
  residentKb: number;
}

/** Reads a process's figures from /proc (Linux). */
export function readProcess(pid: number): ProcessFigures {
  const threadsMs = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const { name, cpuMs } = readStat(`/proc/${pid}/task/${thread}/stat`);
    threadsMs.set(name, (threadsMs.get(name) ?? 0) + cpuMs);
  }
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuMs: readStat(`/proc/${pid}/stat`).cpuMs,
    threadsMs,
    residentKb: Number(status.match(/VmRSS:\s+(\d+)/)?.[1] ?? 0),
  };
}

/** proc(5): the name is in brackets and may contain any character; utime and stime are fields 14 and 15. */
function readStat(path: string): { name: string; cpuMs: number } {
  const text = readFileSync(path, "utf8");
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: text.slice(text.indexOf("(") + 1, end), cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
}
