import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const CSS = readFileSync(new URL("../../../../client/shared/base.css", import.meta.url), "utf8");
/** Least contrast of text: WCAG 2.2, 1.4.3, level AA. */
const CONTRAST_MIN = 4.5;

/** A colour of the pages by its name. */
function colour(name: string): string {
  const [, hex] = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(CSS) ?? [];
  if (!hex) throw new Error(`base.css has no colour ${name}`);
  return hex;
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dark! + 0.05);
}

describe("the colours of the pages", () => {
  test.each(["text", "quiet", "glow", "alert"])("let one read %s on every background", (name) => {
    for (const background of ["night", "dusk"])
      expect(contrast(colour(name), colour(background)), background).toBeGreaterThan(CONTRAST_MIN);
  });

  test("let one read the placeholder of a field as well as quiet text", () => {
    const [, rule = ""] = /^::placeholder \{([^}]*)\}/m.exec(CSS) ?? [];
    expect(rule).toContain("color: var(--quiet);");
    expect(rule).toContain("opacity: 1;");
  });

  test("are compared as WCAG does it", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });
});
