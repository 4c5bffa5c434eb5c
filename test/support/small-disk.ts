import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./test-app.ts";

const BLOCK = Buffer.alloc(4_096);

/** A real file system of its own, small enough to fill. */
export class SmallDisk {
  readonly #directory: ReturnType<typeof temporaryDirectory>;
  readonly #filler: string;

  /** Why there can be none here; undefined where there can. */
  static get hindrance(): string | undefined {
    if (process.platform !== "linux") return "only Linux has tmpfs";
    if (process.getuid?.() !== 0) return "only root may mount a file system";
    try {
      new SmallDisk(1).close();
      return undefined;
    } catch {
      return "this system does not let root mount a file system";
    }
  }

  /** @param size KiB */
  constructor(size: number) {
    this.#directory = temporaryDirectory();
    this.#filler = join(this.path, "filler");
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}k`, "tmpfs", this.path], { stdio: "ignore" });
    } catch (error) {
      this.#directory.remove();
      throw error;
    }
  }

  get path(): string {
    return this.#directory.path;
  }

  /** Leaves no byte free. */
  fill(): void {
    const file = openSync(this.#filler, "a", 0o600);
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Frees what {@link fill} has taken. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  close(): void {
    execFileSync("umount", [this.path]);
    this.#directory.remove();
  }
}
