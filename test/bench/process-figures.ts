import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in /proc: fixed for programs, whatever the kernel's own. */
const TICKS_PER_SECOND = 100;

/** What a process has used so far. */
export interface ProcessFigures {
  /** CPU time of all its threads, also those that have ended, in ms, user and system. */
  cpuMs: number;
  /** The same for each thread that lives, summed up by thread name. */
  threadsMs: ReadonlyMap<string, number>;
  /** Resident memory in KB. */
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

/** proc(5): the name stands in brackets and may hold anything; utime and stime are fields 14 and 15. */
function readStat(path: string): { name: string; cpuMs: number } {
  const text = readFileSync(path, "utf8");
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: text.slice(text.indexOf("(") + 1, end), cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
}
