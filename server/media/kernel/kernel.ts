import { readFileSync } from "node:fs";
import type { Kernel } from "./operations.ts";
import { plainKernel } from "./plain.ts";

/** WebAssembly SIMD, or plain TypeScript for machines without it. */
export type KernelKind = "simd" | "plain";

/** The compiled kernel, as `npm run build` writes it. */
const WASM_FILE = new URL("../../../dist/media/kernel.wasm", import.meta.url);

/** WebAssembly allocates memory in pages of this size. */
const PAGE_BYTES = 65_536;

/** Compiled once for all banks of a thread; undefined without SIMD or before `npm run build`. */
const simdModule = compile();

function compile(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(readFileSync(WASM_FILE));
  } catch {
    return;
  }
}

/** The fastest kind that this machine can run. */
export const bestKernel: KernelKind = simdModule ? "simd" : "plain";

/**
 * Creates a kernel with new, zeroed memory of at least `length` bytes.
 * @throws Error if `kind` is "simd" and this machine cannot run it
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
  const memory = new WebAssembly.Memory({ initial: Math.ceil(length / PAGE_BYTES) });
  const instance = new WebAssembly.Instance(simdModule, { env: { memory } });
  return { kernel: instance.exports as unknown as Kernel, memory: Buffer.from(memory.buffer) };
}
