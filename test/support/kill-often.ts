import { setTimeout as delay } from "node:timers/promises";
import { HostedWall } from "./hosted-wall.ts";
import { ServerProcess } from "./server-process.ts";
import type { SignalClient } from "./signal-client.ts";

/** Between two changes of the wall, ms. */
const PACE = 50;
/** When the server is killed, after the wall came back, ms. */
const EARLIEST = 200;
const LATEST = 2_500;

export interface Kills {
  kills: number;
  /** Changes that the server had confirmed. */
  changes: number;
  /** Kills after which the file was no whole wall. */
  torn: number;
  /**
   * Kills after which a change was missing that had been confirmed longer ago than it may take to be kept.
   */
  lost: number;
  /** Kills after which the wall came back other than it was in its file. */
  changed: number;
  /** How long before a kill the oldest change that it lost had been confirmed, ms. */
  worstBehindMs: number;
}

/**
 * Kills a real server with `kill -9` at random moments while a wall changes 20 times a second, looks at the
 * wall's file, and starts the server again.
 * @param keptWithin how long after its confirmation a change must be on the disk, ms
 */
export async function killOften(kills: number, keptWithin: number): Promise<Kills> {
  const server = await ServerProcess.start({ HOST: "127.0.0.1", WORKERS: "1" });
  const result: Kills = { kills: 0, changes: 0, torn: 0, lost: 0, changed: 0, worstBehindMs: 0 };
  let wall = await HostedWall.open(server.port);
  let number = 1;
  let kept = 0;
  try {
    // A wall that was never kept has no file to be torn.
    while (!wall.isKeptIn(server.dataDir)) await delay(PACE);
    while (result.kills < kills) {
      const confirmed = confirmations(wall.page);
      const changing = setInterval(() => wall.write(number++), PACE);
      await delay(EARLIEST + Math.random() * (LATEST - EARLIEST));
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
      // The first confirmed change that the file has not.
      const missing = [...confirmed].find(([change]) => change > kept);
      const behind = missing ? Math.max(0, killedAt - missing[1]) : 0;
      result.worstBehindMs = Math.max(result.worstBehindMs, Math.round(behind));
      if (behind > keptWithin || kept < before) result.lost++;

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

/** When the server confirmed each number, filled as it does. */
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
