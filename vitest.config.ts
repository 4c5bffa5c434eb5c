import { defineConfig } from "vitest/config";

/** Three levels: pure code, real sockets on loopback, real browsers. Run all with `npm test`. */
export default defineConfig({
  test: {
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
          // Each file starts browsers; side by side they starve each other's audio on small machines.
          fileParallelism: false,
        },
      },
    ],
  },
});
