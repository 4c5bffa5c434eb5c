import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BANDS } from "../../../../client/light/band.ts";
import { PALETTES, type PaletteName } from "../../../../client/light/colour.ts";
import { readSettings, writeQuery } from "../../../../client/listener/settings.ts";
import { MODES } from "../../../../server/protocol/wall.ts";

/** No kiosk, and no name. */
const NOBODY = { kiosk: false, name: "", screen: undefined };

describe("readSettings", () => {
  it("reads a band in hertz or by name, a palette, a mode, and autostart", () => {
    expect(readSettings("?band=60-250&palette=classic&mode=rings&autostart")).toEqual({
      band: { low: 60, high: 250 },
      palette: "classic",
      mode: "rings",
      trim: 0,
      autostart: true,
      ...NOBODY,
    });
    expect(readSettings("?band=low-mids").band).toEqual(BANDS["low-mids"]);
  });

  it("shows the whole range in Ember when nothing is said or known", () => {
    expect(readSettings("")).toEqual({
      band: BANDS.all,
      palette: "ember",
      mode: "solid",
      trim: 0,
      autostart: false,
      ...NOBODY,
    });
  });

  it("lets the address win over what is remembered, one setting at a time", () => {
    const { band, palette } = readSettings("?band=mids", "?band=bass&palette=ocean");
    expect({ band, palette }).toEqual({ band: BANDS.mids, palette: "ocean" });
  });

  it("passes over what is no band, palette or mode", () => {
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

  it("puts limits right that are reversed, negative or beyond hearing", () => {
    expect(readSettings("?band=250-60").band).toEqual({ low: 60, high: 250 });
    expect(readSettings("?band=-5-99999").band).toEqual({ low: 20, high: 20_000 });
  });

  it("takes a kiosk for a screen that starts by itself, under the name and id it is given", () => {
    expect(readSettings("?kiosk&name=Over%20the%20bar&screen=8c1d2f5a-44a0")).toMatchObject({
      autostart: true,
      kiosk: true,
      name: "Over the bar",
      screen: "8c1d2f5a-44a0",
    });
    expect(readSettings("?screen=../..", "?kiosk&name=Bar")).toMatchObject(NOBODY);
  });

  it("never starts by itself because it once did", () => {
    expect(readSettings("", "?autostart").autostart).toBe(false);
  });

  it("reads any text as settings that can be shown", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (band, palette) => {
        const settings = readSettings(`?${new URLSearchParams({ band, palette })}`);
        expect(settings.band.low).toBeLessThanOrEqual(settings.band.high);
        expect(Object.keys(PALETTES)).toContain(settings.palette);
      }),
    );
  });

  it.each([
    ["?trim=-40", -40],
    ["?trim=5000", 300],
    ["?trim=-301", -300],
    ["?trim=soon", 0],
  ])("reads %s as a trim of %i ms", (query, trim) => {
    expect(readSettings(query).trim).toBe(trim);
  });
});

describe("writeQuery", () => {
  it("names presets", () => {
    expect(
      writeQuery({ band: BANDS.bass, palette: "neon", mode: "solid", trim: 0, autostart: false, ...NOBODY }),
    ).toBe("?band=bass&palette=neon");
  });

  it("writes a mode and a trim only where there is one", () => {
    expect(
      writeQuery({
        band: BANDS.bass,
        palette: "neon",
        mode: "rings",
        trim: -40,
        autostart: false,
        ...NOBODY,
      }),
    ).toBe("?band=bass&palette=neon&mode=rings&trim=-40");
  });

  it("writes what readSettings reads back", () => {
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
        fc.boolean(),
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.option(fc.uuid(), { nil: undefined }),
        (a, b, palette, mode, trim, started, kiosk, name, screen) => {
          const band = { low: Math.min(a, b), high: Math.max(a, b) };
          const settings = { band, palette, mode, trim, autostart: started || kiosk, kiosk, name, screen };
          expect(readSettings(writeQuery(settings))).toEqual(settings);
        },
      ),
    );
  });
});
