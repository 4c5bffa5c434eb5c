import { defineConfig } from "vitest/config";

/** Three levels: pure code, real sockets on loopback, real browsers. Run all with `npm test`. */
export default defineConfig({
  test: {
    // Most of what these tests do is wait for the network; on two cores the default is one at a time.
    maxWorkers: 3,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        test: { name: "loopback", include: ["test/loopback/**/*.test.ts"], testTimeout: 40_000 },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Each file starts browsers; beside anything else their audio starves on small machines.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
