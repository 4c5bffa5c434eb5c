import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HostedWall } from "./hosted-wall.ts";
import { ServerProcess } from "./server-process.ts";
import { SmallDisk } from "./small-disk.ts";

const BEFORE = 20;
const MEANWHILE = 5;
/** Between two changes of every wall while the disk is full, ms. */
const PACE = 500;
/** Longer than the server waits between two tries, ms. */
const PATIENCE = 20_000;
/** Until a change is on the disk, ms. */
const WRITTEN = 1_500;

export interface FullDisk {
  fullSeconds: number;
  walls: number;
  /** Walls on the disk as they were last, when there was room again. */
  kept: number;
  /** From when there was room until they were, ms. */
  keptAfterMs: number;
  /** Walls closed by their host while the disk was full that left a file. */
  left: number;
  /** The same walls, after another such time that ended right before the server was told to stop. */
  keptAtTheEnd: number;
}

/**
 * Fills the disk of a real server for a while, in which its walls change, new ones open and one is closed.
 */
export async function fillDisk(fullSeconds: number): Promise<FullDisk> {
  const disk = new SmallDisk(2_048);
  const server = await ServerProcess.start({
    HOST: "127.0.0.1",
    WORKERS: "1",
    DATA_DIR: join(disk.path, "data"),
    // All walls come from one address, which may have a quarter.
    WALLS_MAX: String(4 * (BEFORE + MEANWHILE + 1)),
  });
  try {
    const open = (count: number) =>
      Promise.all(Array.from({ length: count }, () => HostedWall.open(server.port)));
    const walls = await open(BEFORE);
    const closed = await HostedWall.open(server.port);
    for (const wall of [...walls, closed]) wall.write(0);
    await delay(WRITTEN);

    let number = 0;
    const change = () => {
      number++;
      for (const wall of walls) wall.write(number);
    };
    const keptNow = () => walls.filter((wall) => isKept(wall, server.dataDir, number)).length;
    const beFull = async (seconds: number) => {
      disk.fill();
      for (const end = performance.now() + seconds * 1_000; performance.now() < end; await delay(PACE)) {
        change();
        disk.fill();
      }
    };

    disk.fill();
    walls.push(...(await open(MEANWHILE)));
    closed.page.send({ type: "close-room" });
    await beFull(fullSeconds);
    if (keptNow() > 0) throw new Error("The disk was not full.");
    disk.free();
    const freedAt = performance.now();
    while (keptNow() < walls.length && performance.now() - freedAt < PATIENCE) await delay(50);
    const keptAfterMs = Math.round(performance.now() - freedAt);
    const kept = keptNow();
    const left = closed.isKeptIn(server.dataDir) ? 1 : 0;

    await beFull(Math.min(fullSeconds, 3));
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
