import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../../client/light/band.ts";
import { PALETTES, type PaletteName } from "../../../../../client/light/colour.ts";
import { readSettings } from "../../../../../client/listener/page/settings.ts";
import { writeQuery } from "../../../../../client/listener/page/written-settings.ts";
import { MODES } from "../../../../../server/protocol/wall.ts";

/** A screen that is no kiosk and has no name. */
const UNNAMED = { ear: undefined, kiosk: false, name: "", screen: undefined };

describe("readSettings", () => {
  test("reads a band in hertz or by name, a palette and a mode", () => {
    expect(readSettings("?band=60-250&palette=classic&mode=rings")).toEqual({
      band: { low: 60, high: 250 },
      palette: "classic",
      mode: "rings",
      trimMs: 0,
      ...UNNAMED,
    });
    expect(readSettings("?band=low-mids").band).toEqual(BANDS["low-mids"]);
  });

  test("has the whole range and the palette of its band by default", () => {
    expect(readSettings("")).toEqual({
      band: BANDS.all,
      palette: "by-band",
      mode: "solid",
      trimMs: 0,
      ...UNNAMED,
    });
  });

  test("prefers the address over the last visit, for each setting separately", () => {
    const { band, palette } = readSettings("?band=mids", "?band=bass&palette=ocean");
    expect({ band, palette }).toEqual({ band: BANDS.mids, palette: "ocean" });
  });

  test("ignores an invalid band, palette or mode", () => {
    for (const query of [
      "?band=loud",
      "?band=10",
      "?band=1-2-3",
      "?band=toString",
      "?palette=__proto__",
      "?mode=cubes",
    ]) {
      expect(readSettings(query, "?band=bass&palette=neon&mode=bars")).toMatchObject({
        band: BANDS.bass,
        palette: "neon",
        mode: "bars",
      });
    }
  });

  test("corrects limits that are reversed, negative or inaudible", () => {
    expect(readSettings("?band=250-60").band).toEqual({ low: 60, high: 250 });
    expect(readSettings("?band=-5-99999").band).toEqual({ low: 20, high: 20_000 });
  });

  test("reads a kiosk as a screen that starts by itself, with its name and id", () => {
    expect(readSettings("?kiosk&name=Over%20the%20bar&screen=8c1d2f5a-44a0")).toMatchObject({
      kiosk: true,
      name: "Over the bar",
      screen: "8c1d2f5a-44a0",
    });
    expect(readSettings("?screen=../..", "?kiosk&name=Bar")).toMatchObject(UNNAMED);
  });

  test("reads every text as valid settings", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (band, palette) => {
        const settings = readSettings(`?${new URLSearchParams({ band, palette })}`);
        expect(settings.band.low).toBeLessThanOrEqual(settings.band.high);
        expect(Object.keys(PALETTES)).toContain(settings.palette);
      }),
    );
  });

  test.each([
    ["?trim=-40", -40],
    ["?trim=5000", 300],
    ["?trim=-301", -300],
    ["?trim=soon", 0],
  ])("reads %s as a trim of %i ms", (query, trim) => {
    expect(readSettings(query).trimMs).toBe(trim);
  });
});

describe("writeQuery", () => {
  test("writes the name of a preset", () => {
    expect(
      writeQuery({
        band: BANDS.bass,
        palette: "neon",
        mode: "solid",
        trimMs: 0,
        ...UNNAMED,
      }),
    ).toBe("?band=bass&palette=neon");
  });

  test("writes a mode and a trim only if they are not the default", () => {
    expect(
      writeQuery({
        band: BANDS.bass,
        palette: "neon",
        mode: "rings",
        trimMs: -40,
        ...UNNAMED,
      }),
    ).toBe("?band=bass&palette=neon&mode=rings&trim=-40");
  });

  test("writes what readSettings reads as the same settings", () => {
    const hertz = fc.integer({ min: 20, max: 20_000 });
    const names = Object.keys(PALETTES) as PaletteName[];
    fc.assert(
      fc.property(
        hertz,
        hertz,
        fc.constantFrom(...names),
        fc.constantFrom(...MODES),
        fc.integer({ min: -300, max: 300 }),
        fc.boolean(),
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.option(fc.uuid(), { nil: undefined }),
        (a, b, palette, mode, trimMs, kiosk, name, screen) => {
          const band = { low: Math.min(a, b), high: Math.max(a, b) };
          const settings = {
            band,
            palette,
            mode,
            trimMs,
            kiosk,
            ear: undefined,
            name,
            screen,
          };
          expect(readSettings(writeQuery(settings))).toEqual(settings);
        },
      ),
    );
  });
});
