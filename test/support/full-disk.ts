import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HostedWall } from "./hosted-wall.ts";
import { ServerProcess } from "./server-process.ts";
import { SmallDisk } from "./small-disk.ts";

/** Number of walls that are open before the disk is full. */
const WALLS_BEFORE = 20;
/** Number of walls that are opened while the disk is full. */
const WALLS_DURING = 5;
/** Interval between two changes of every wall while the disk is full, ms. */
const CHANGE_MS = 500;
/** How long to wait for the walls to be saved, ms: longer than the server waits between two attempts. */
const SAVE_TIMEOUT_MS = 20_000;
/** How long a change takes to be on the disk, ms. */
const WRITE_MS = 1_500;

export interface FullDisk {
  fullSeconds: number;
  walls: number;
  /** Number of walls whose last change was saved after there was space again. */
  kept: number;
  /** Time from when there was space until they were saved, ms. */
  keptAfterMs: number;
  /** Number of walls that were closed while the disk was full and left a file. */
  left: number;
  /** Number of walls whose last change was saved when the server stopped right after the disk was full. */
  keptAtTheEnd: number;
}

/** Fills the disk of a real server for a while. Meanwhile its walls change, new ones open and one closes. */
export async function fillDisk(fullSeconds: number): Promise<FullDisk> {
  const disk = new SmallDisk(2_048);
  const server = await ServerProcess.start({
    HOST: "127.0.0.1",
    WORKERS: "1",
    DATA_DIR: join(disk.path, "data"),
    // All walls are opened from one address, whose share is a quarter.
    WALLS_MAX: String(4 * (WALLS_BEFORE + WALLS_DURING + 1)),
  });
  try {
    const open = (count: number) =>
      Promise.all(Array.from({ length: count }, () => HostedWall.open(server.port)));
    const walls = await open(WALLS_BEFORE);
    const closed = await HostedWall.open(server.port);
    for (const wall of [...walls, closed]) wall.write(0);
    await delay(WRITE_MS);

    let number = 0;
    const change = () => {
      number++;
      for (const wall of walls) wall.write(number);
    };
    const keptNow = () => walls.filter((wall) => isKept(wall, server.dataDir, number)).length;
    const keepFull = async (seconds: number) => {
      disk.fill();
      for (const end = performance.now() + seconds * 1_000; performance.now() < end; await delay(CHANGE_MS)) {
        change();
        disk.fill();
      }
    };

    disk.fill();
    walls.push(...(await open(WALLS_DURING)));
    closed.page.send({ type: "close-room" });
    await keepFull(fullSeconds);
    if (keptNow() > 0) throw new Error("The disk was not full.");
    disk.free();
    const freedAt = performance.now();
    while (keptNow() < walls.length && performance.now() - freedAt < SAVE_TIMEOUT_MS) await delay(50);
    const keptAfterMs = Math.round(performance.now() - freedAt);
    const kept = keptNow();
    const left = closed.isKeptIn(server.dataDir) ? 1 : 0;

    await keepFull(Math.min(fullSeconds, 3));
    disk.free();
    await server.stop();
    return { fullSeconds, walls: walls.length, kept, keptAfterMs, left, keptAtTheEnd: keptNow() };
  } finally {
    await server.close();
    disk.close();
  }
}

function isKept(wall: HostedWall, dataDir: string, number: number): boolean {
  try {
    return wall.keptIn(dataDir) === number;
  } catch {
    return false;
  }
}
