import { defineConfig } from "vitest/config";

/** Three kinds of tests: unit, with sockets on loopback, with browsers. `npm test` runs all. */
export default defineConfig({
  test: {
    // These tests mostly wait for the network. On two cores the default would run one at a time.
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
          // Each file starts browsers. On small machines their audio stutters if other tests run too.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
