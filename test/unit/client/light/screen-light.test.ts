import { describe, expect, test } from "vitest";
import { Beats } from "../../../../client/light/beats.ts";
import { PALETTES, type PaletteName } from "../../../../client/light/colour.ts";
import { FADE_MS, ScreenLight, taskOf } from "../../../../client/light/screen-light.ts";
import { type Dealt, FIRST_SHOW, NO_HAND, OWN_PALETTE, type Show } from "../../../../server/protocol/wall.ts";
import { PATTERNS, SAFETIES } from "../../../../server/protocol/wall-choices.ts";
import { type Painted, paintWall, type Run, screenAt } from "./painters.ts";

const SHOW: Show = { ...FIRST_SHOW, palette: "ember", rule: "rows", safety: "off" };
const TWO = [screenAt(0), screenAt(1)];
/** All palettes, and one of another version. */
const COLOURS = [...Object.keys(PALETTES), OWN_PALETTE, null, "unknown"] as Show["palette"][];

/** A wall with a screen for each of the host's choices for one screen. */
const WALL = [
  screenAt(0),
  screenAt(1, { hand: { ...NO_HAND, freeze: true } }),
  screenAt(2, { hand: { ...NO_HAND, blackout: true } }),
  screenAt(3, { hand: { ...NO_HAND, brightness: 0.3 } }),
  screenAt(4, { width: 2, band: { low: 100, high: 900 } }),
  screenAt(6, { chosen: { band: { low: 500, high: 4_000 }, palette: "classic" } }),
  screenAt(7, { locked: true }),
];

/** What the host does to all screens while the song plays: freezes, blacks out, dims, and undoes it. */
function handAt(frame: number): Show["hand"] {
  return {
    text: "",
    freeze: frame >= 40 && frame < 60,
    blackout: (frame >= 50 && frame < 55) || (frame >= 70 && frame < 75),
    brightness: frame >= 80 ? 0.4 : 1,
  };
}

function differences(painted: readonly Painted[]): Painted[] {
  return painted.filter(({ page, tile, preview }) => page !== tile || page !== preview);
}

function colours(painted: readonly Painted[], id: string): string[] {
  return painted.filter((of) => of.id === id).map(({ page }) => page);
}

describe("a screen, its tile and the preview paint the same colour in every frame", () => {
  describe.each(PATTERNS)("with the pattern %s", (pattern) => {
    test.each(
      // Each pattern meets each safety, with a third of the palettes.
      COLOURS.map(
        (palette, n) => [palette, SAFETIES[(n + PATTERNS.indexOf(pattern)) % SAFETIES.length]!] as const,
      ),
    )("and the palette %s, while the host freezes, blacks out and dims (safety: %s)", (palette, safety) => {
      const show = (frame: number) => ({ ...SHOW, pattern, palette, safety, hand: handAt(frame) });
      const painted = paintWall({ screens: WALL, show });
      expect(differences(painted)).toEqual([]);
      expect(new Set(painted.map(({ page }) => page)).size).toBeGreaterThan(10);
    });
  });

  test.each<[string, Run]>([
    ["while a song is paused", { screens: TWO, show: () => ({ ...SHOW, palette: "classic" }) }],
    ["on a wall of one screen", { screens: [screenAt(0)], show: () => ({ ...SHOW, safety: "wall" }) }],
    [
      "after flash safety was turned off and on",
      {
        screens: TWO,
        show: (frame) => ({ ...SHOW, safety: frame > 20 && frame < 60 ? "off" : "screen" }),
      },
    ],
    [
      "after the bands of the screens have changed",
      { screens: TWO, show: (frame) => ({ ...SHOW, rule: frame > 50 ? "same" : "rows" }) },
    ],
    [
      "after the pattern has changed",
      { screens: TWO, show: (frame) => ({ ...SHOW, pattern: frame > 50 ? "ripple" : "bands" }) },
    ],
  ])("%s", (name, run) => {
    const isPlaying = (frame: number) => !name.includes("paused") || frame < 40 || frame > 60;
    expect(differences(paintWall({ ...run, isPlaying }))).toEqual([]);
  });
});

describe("the light of a screen", () => {
  test("keeps its colour while it is frozen, also through a blackout, and follows the music again", () => {
    const show = (frame: number) => ({ ...SHOW, hand: handAt(frame) });
    const painted = colours(paintWall({ screens: TWO, show }), "screen-0");
    expect(new Set([...painted.slice(40, 50), ...painted.slice(55, 60)])).toEqual(new Set([painted[40]]));
    expect(new Set(painted.slice(50, 55))).toEqual(new Set(["rgb(0 0 0)"]));
    expect(new Set(painted.slice(60, 70)).size).toBeGreaterThan(3);
  });

  test("of a locked screen, and of all screens while the song is paused, is black", () => {
    const screens = [screenAt(0), screenAt(1, { locked: true })];
    const show = () => ({ ...SHOW, palette: "classic" as const });
    const painted = paintWall({ screens, show, isPlaying: (frame) => frame < 50 });
    expect(new Set(colours(painted, "screen-1"))).toEqual(new Set(["rgb(0 0 0)"]));
    expect(new Set(colours(painted, "screen-0").slice(50))).toEqual(new Set(["rgb(0 0 0)"]));
  });

  test.each(["own", "unknown", "toString"] as unknown[] as PaletteName[])(
    "has the first palette if the screen claims to have chosen %s",
    (palette) => {
      const painted = (chosen: PaletteName) =>
        paintWall({
          screens: [screenAt(0, { chosen: { band: null, palette: chosen } }), screenAt(1)],
          show: () => ({ ...SHOW, palette: null }),
        });
      expect(painted(palette)).toEqual(painted("by-band"));
    },
  );

  test("is red in silence with the palette Classic, which shows unsmoothed bytes", () => {
    const painted = paintWall({ screens: TWO, show: () => ({ ...SHOW, palette: "classic" }) });
    expect(colours(painted, "screen-0")).toContain("rgb(255 0 0)");
  });
});

const CHOSEN = { band: null, palette: null };
const SHAPE = { sampleRate: 48_000, fftSize: 2_048 };
const dealt = (share: Dealt) => ({ ...screenAt(0), dealt: share });
const PLACED = {
  screen: dealt({ index: 0, of: 1 }),
  extent: { x: 0, y: 0, width: 1, height: 1 },
  alone: true,
};

test("light with more energy falls sooner after a sound, and beginnings of sounds stand out more", () => {
  /** The levels of a sound that ends, and of a rise in a steady sound. */
  const levels = (energy: number) => {
    const light = new ScreenLight(new Beats());
    light.spans = { spanOf: () => ({ dark: -60, bright: -10 }), riseGainAt: () => 1 };
    light.task = taskOf({ ...SHOW, energy }, PLACED, CHOSEN, SHAPE);
    for (let media = 0; media <= 3_000; media += 10) {
      light.add(media, media < 1_000 ? -20 : media < 2_000 ? -100 : media < 2_500 ? -50 : -45);
    }
    const at = new Map<number, number>();
    for (let media = 0; media <= 3_000; media += 10) {
      light.wanted(media, media);
      at.set(media, light.level);
    }
    return { falling: at.get(1_200)!, rising: at.get(2_520)! };
  };
  const [calm, usual, wild] = [0.25, 1, 2].map(levels);
  expect(calm!.falling).toBeGreaterThan(usual!.falling + 0.1);
  expect(usual!.falling).toBeGreaterThan(wild!.falling + 0.1);
  expect(wild!.rising).toBeGreaterThan(usual!.rising + 0.05);
  expect(usual!.rising).toBeGreaterThan(calm!.rising + 0.05);
});

describe("a change of the palette", () => {
  const task = (palette: PaletteName) => taskOf({ ...SHOW, palette }, PLACED, CHOSEN, SHAPE);

  /** The colours of a steady loud sound, ms by ms of `at`, with another palette from 1 s on. */
  function shown(from: PaletteName, to: PaletteName, at: readonly number[]) {
    const light = new ScreenLight(new Beats());
    light.task = task(from);
    for (let media = 0; media <= 5_000; media += 10) light.add(media, -10);
    let palette = from;
    return at.map((media) => {
      if (media > 1_000 && palette !== to) {
        palette = to;
        light.task = task(to);
        for (let again = 0; again <= 5_000; again += 10) light.add(again, -10);
      }
      return light.wanted(media, media);
    });
  }

  test("fades from the one to the other", () => {
    const [before, begin, middle, end] = shown("ember", "ocean", [
      1_000,
      1_001,
      1_001 + FADE_MS / 2,
      1_001 + FADE_MS,
    ]);
    expect(begin).toEqual(before);
    expect(end).not.toEqual(before);
    for (const channel of [0, 1, 2] as const) {
      expect(middle![channel]).toBeCloseTo((before![channel] + end![channel]) / 2, -0.5);
    }
  });

  test("is the only one that fades: a screen that gets its place shows its band at once", () => {
    const light = new ScreenLight(new Beats());
    const at = (of: number) =>
      taskOf({ ...SHOW, palette: "by-band" }, { ...PLACED, screen: dealt({ index: 0, of }) }, CHOSEN, SHAPE);
    const wanted = () => {
      for (let media = 0; media <= 3_000; media += 10) light.add(media, -10);
      return light.wanted(1_000, 1_000);
    };
    light.task = at(1);
    const alone = wanted();
    light.task = at(4);
    const first = wanted();
    expect(first).not.toEqual(alone);
    expect(light.wanted(2_000, 2_000)).toEqual(first);
  });

  test("hues drift with the wall clock", () => {
    const times = [1_000, 4_000];
    expect(new Set(shown("ember", "ember", times).map(String)).size).toBe(1);
    expect(new Set(shown("dusk", "dusk", times).map(String)).size).toBe(2);
  });
});
