import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Where Node keeps compiled modules (nodejs.org/api/module.html#module-compile-cache), for this process and
 * all that it starts. The tests start about two hundred servers and media threads, and with this cache each
 * needs half the processor time.
 */
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

/**
 * Browser tests that depend on when frames are painted or how many are. Each runs alone: beside another
 * browser the sound of the pages stutters on a small machine.
 */
const TIMING = [
  ...["blackout", "clock", "dating", "ear", "modes", "patterns", "tones"],
  // Chromium encodes their pictures with all the processors that there are.
  ...["on-stage", "picture-sources", "picture-wall", "pictures"],
].map((name) => `test/browser/${name}.test.ts`);

/**
 * The slowest files of each kind. They start first, so that no worker is left with one of them at the end.
 * Vitest knows by itself which files are slow, but not on a fresh machine.
 */
const SLOW = new RegExp(
  `/(${[
    "unit/client/light/(attack|flash-guard|flash-phases|flash-songs|screen-light)",
    "unit/client/light/tempo/(beat-tracker|live-beats)",
    "loopback/(address-change|data-dir|idle-connections|media|port|process|soak|threads)",
    "browser/(access|console|controls|hands|join|kiosk|looks|odd-songs|queue|reconnect|refusals|suspend)",
    "browser/(restart|sources|tiles|wall)",
  ].join("|")})\\.test\\.ts$`,
);

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

/** Pages on a busy machine need more than the second that `expect.poll` waits by default. */
const BROWSER = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

/** Three levels: pure code, real sockets on loopback, real browsers. `npm test` runs all of them. */
export default defineConfig({
  test: {
    // These tests mostly wait for the network. By default Vitest runs one file at a time on two cores.
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // No unit test waits, but a busy machine takes longer for some.
          testTimeout: 30_000,
          // Files share a process and its modules. To load them for each file takes a third of the time.
          isolate: false,
          setupFiles: ["test/support/restore-process.ts"],
        },
      },
      {
        test: { name: "loopback", include: ["test/loopback/**/*.test.ts"], testTimeout: 40_000 },
      },
      {
        test: {
          ...BROWSER,
          name: "browser",
          isolate: false,
          include: ["test/browser/**/*.test.ts"],
          exclude: TIMING,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...BROWSER,
          name: "browser-timing",
          include: TIMING,
          fileParallelism: false,
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
