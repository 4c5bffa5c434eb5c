import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./test-app.ts";

/** The block that fills the disk. */
const BLOCK = Buffer.alloc(4_096);

/** A file system (tmpfs) that is small enough to fill. */
export class SmallDisk {
  readonly #directory: ReturnType<typeof temporaryDirectory>;
  readonly #filler: string;

  /** Why this machine cannot create one; undefined if it can. */
  static get obstacle(): string | undefined {
    if (process.platform !== "linux") return "only Linux has tmpfs";
    if (process.getuid?.() !== 0) return "only root can mount a file system";
    try {
      new SmallDisk(1).close();
      return undefined;
    } catch {
      return "root cannot mount a file system on this machine";
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

  /** Fills the disk completely. */
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

  /** Frees the space that {@link fill} has used. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  close(): void {
    execFileSync("umount", [this.path]);
    this.#directory.remove();
  }
}
