import { setTimeout as delay } from "node:timers/promises";
import { HostedWall } from "./hosted-wall.ts";
import { ServerProcess } from "./server-process.ts";
import type { SignalClient } from "./signal-client.ts";

/** Time between two changes of the wall. */
const CHANGE_INTERVAL_MS = 50;
/** The shortest time from the return of the wall to the next kill. */
const KILL_AFTER_MIN_MS = 200;
/** The longest time from the return of the wall to the next kill. */
const KILL_AFTER_MAX_MS = 2_500;

export interface Kills {
  kills: number;
  /** Changes that the server confirmed. */
  changes: number;
  /** Kills after which the file was not a valid wall. */
  torn: number;
  /** Kills after which the file lacked a change that it should have had, by the time of its confirmation. */
  lost: number;
  /** Kills after which the wall differed from its file when it was opened again. */
  changed: number;
  /** The longest time from the confirmation of a lost change to the kill. */
  worstBehindMs: number;
}

/**
 * Kills a real server with `kill -9` at random moments while a wall changes 20 times a second, checks the
 * wall's file, and starts the server again.
 * @param writeTimeoutMs how long after its confirmation a change must be on the disk
 */
export async function killOften(kills: number, writeTimeoutMs: number): Promise<Kills> {
  const server = await ServerProcess.start({ HOST: "127.0.0.1", WORKERS: "1" });
  const result: Kills = { kills: 0, changes: 0, torn: 0, lost: 0, changed: 0, worstBehindMs: 0 };
  let wall = await HostedWall.open(server.port);
  let number = 1;
  let kept = 0;
  try {
    // Before its first change the wall has no file.
    while (!wall.isKeptIn(server.dataDir)) await delay(CHANGE_INTERVAL_MS);
    while (result.kills < kills) {
      const confirmed = confirmations(wall.page);
      const changing = setInterval(() => wall.write(number++), CHANGE_INTERVAL_MS);
      await delay(KILL_AFTER_MIN_MS + Math.random() * (KILL_AFTER_MAX_MS - KILL_AFTER_MIN_MS));
      const killedAt = performance.now();
      await server.stop("SIGKILL");
      clearInterval(changing);
      result.kills++;
      result.changes += confirmed.size;

      const before = kept;
      try {
        kept = wall.keptIn(server.dataDir);
      } catch {
        result.torn++;
      }
      // The first confirmed change that the file lacks.
      const missing = [...confirmed].find(([change]) => change > kept);
      const behind = missing ? Math.max(0, killedAt - missing[1]) : 0;
      result.worstBehindMs = Math.max(result.worstBehindMs, Math.round(behind));
      if (behind > writeTimeoutMs || kept < before) result.lost++;

      await server.start();
      const again = await HostedWall.reopen(server.port, wall);
      if (again.number !== kept) result.changed++;
      wall = again.wall;
    }
    return result;
  } finally {
    await server.close();
  }
}

/** The time of the server's confirmation of each number. The map grows while the server confirms. */
function confirmations(page: SignalClient): Map<number, number> {
  const confirmed = new Map<number, number>();
  const listen = async () => {
    for (;;) {
      const { show } = await page.next("show");
      confirmed.set(Number(show.hand.text), performance.now());
    }
  };
  void listen();
  return confirmed;
}
