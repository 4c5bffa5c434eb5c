import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The size of a phone. */
export const PHONE = { width: 390, height: 844 };
/** The size of a laptop. */
export const LAPTOP = { width: 1_280, height: 800 };

/** What axe finds on a page, whatever its severity: each rule with the elements. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
  // What fades in has too little contrast until it has come. What appears much later is not awaited.
  await page.evaluate(async () => {
    const fading = document.getAnimations().filter(({ effect }) => {
      return Number(effect?.getComputedTiming().endTime) < 2_000;
    });
    await Promise.allSettled(fading.map(({ finished }) => finished));
  });
  return page.evaluate(async () => {
    // Of the page's global scope; the rules are those that axe runs by default.
    const { axe } = globalThis as unknown as { axe: Axe };
    interface Axe {
      run(options: object): Promise<{ violations: Violation[] }>;
    }
    interface Violation {
      id: string;
      nodes: { target: unknown; failureSummary?: string }[];
    }
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" | ")}`);
  });
}

/** The same at the sizes of a laptop and of a phone. */
export async function findingsAtSizes(page: Page): Promise<string[]> {
  const found = await findings(page);
  await page.setViewportSize(PHONE);
  found.push(...(await findings(page)));
  await page.setViewportSize(LAPTOP);
  return found;
}
