import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds on a page, whatever its severity: each rule with the elements. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // What fades in has too little contrast until it has come. What appears much later is not awaited.
  await page.evaluate(async () => {
    const fading = document.getAnimations().filter(({ effect }) => {
      return Number(effect?.getComputedTiming().endTime) < 2_000;
    });
    await Promise.allSettled(fading.map(({ finished }) => finished));
  });
  return page.evaluate(async () => {
    // Of the page's global scope; the rules are those that axe runs by default.
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      nodes: { target: unknown; failureSummary?: string }[];
    }
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" | ")}`);
  });
}
