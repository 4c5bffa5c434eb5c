import { readFileSync } from "node:fs";
import type { Kernel } from "./operations.ts";
import { plainKernel } from "./plain.ts";

/** Which arithmetic runs: WebAssembly SIMD, or plain TypeScript where it is missing. */
export type KernelKind = "simd" | "plain";

/** Where `npm run build` puts the compiled kernel. */
const WASM_FILE = new URL("../../../dist/media/kernel.wasm", import.meta.url);

const PAGE = 65_536;

/** Compiled once for all banks of a thread; undefined where there is no SIMD or the kernel is not built. */
const simdModule = compile();

function compile(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(readFileSync(WASM_FILE));
  } catch {
    return;
  }
}

/** The best kind this machine can run. */
export const bestKernel: KernelKind = simdModule ? "simd" : "plain";

/**
 * A kernel over new, zeroed memory of at least `length` bytes.
 * @throws Error if "simd" is asked for where it is missing
 */
export function createKernel(
  length: number,
  kind: KernelKind = bestKernel,
): { kernel: Kernel; memory: Buffer } {
  if (kind === "plain") {
    const memory = new ArrayBuffer(length);
    return { kernel: plainKernel(memory), memory: Buffer.from(memory) };
  }
  if (!simdModule) throw new Error("no WebAssembly SIMD here, or the kernel is not built");
  const memory = new WebAssembly.Memory({ initial: Math.ceil(length / PAGE) });
  const instance = new WebAssembly.Instance(simdModule, { env: { memory } });
  return { kernel: instance.exports as unknown as Kernel, memory: Buffer.from(memory.buffer) };
}
