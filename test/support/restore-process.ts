import { afterAll, vi } from "vitest";

/** Unit test files share a process: one that leaves a stopped clock behind would stop the next file. */
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
