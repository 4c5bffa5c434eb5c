import { describe, expect, test } from "vitest";
import { BANDS, type BandName, binsOf } from "../../../../client/light/band.ts";
import { colourOf, PALETTES, type PaletteName } from "../../../../client/light/colour.ts";
import { FlashGuard } from "../../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import { byteLevel, Follower, fallMsOf } from "../../../../client/light/level.ts";
import { renderDemoSong } from "../../../../scripts/demo-song/score.ts";
import { spectrumAt } from "../../../support/fft.ts";
import { CHANGES_ALLOWED, count, countTogether, type Frame } from "../../../support/flash-checker.ts";
import { randomOf } from "../../../support/random.ts";
import { analyse, fixedLevel } from "./spectrum.ts";

const PHASES = new FlashPhases();

const RATE = 48_000;
const SIZE = 2_048;
const FRAMES_PER_SECOND = 60;
const BAND_NAMES = ["bass", "mids", "brilliance"] as const satisfies BandName[];
const PALETTE_NAMES = ["mono", "ember", "classic"] as const satisfies PaletteName[];

/** The colours of a song, frame by frame, before the flash guard. */
function recorded(spectra: readonly Float32Array[], band: BandName, name: PaletteName): Frame[] {
  const bins = binsOf(BANDS[band], RATE, SIZE);
  const palette = PALETTES[name];
  const follower = new Follower();
  return spectra.map((spectrum, n) => {
    const measured = palette.shows === "bytes" ? byteLevel(spectrum, bins) : fixedLevel(spectrum, bins);
    const level =
      palette.shows === "bytes"
        ? measured
        : follower.next(measured, 1_000 / FRAMES_PER_SECOND, fallMsOf(BANDS[band]));
    return { at: (n * 1_000) / FRAMES_PER_SECOND, rgb: colourOf(palette, level) };
  });
}

function guarded(frames: readonly Frame[], wall: boolean): Frame[] {
  const guard = new FlashGuard();
  return frames.map(({ at, rgb }) => ({ at, rgb: guard.allow(rgb, at, wall ? PHASES.at(at) : undefined) }));
}

function spectraOf(samples: Float32Array): Float32Array[] {
  const frames = Math.floor(((samples.length - SIZE) * FRAMES_PER_SECOND) / RATE);
  return Array.from({ length: frames }, (_, n) =>
    spectrumAt(samples, Math.round((n * RATE) / FRAMES_PER_SECOND), SIZE),
  );
}

/** Noise that is switched on and off twelve times per second. */
function strobing(): Float32Array {
  const random = randomOf(1);
  return Float32Array.from({ length: 6 * RATE }, (_, n) => {
    return ((n * 24) / RATE) % 2 < 1 ? (random() - 0.5) * 0.8 : 0;
  });
}

const demo = renderDemoSong();
const songs = [
  ["the demo song", spectraOf(demo.left.map((sample, n) => (sample + demo.right[n]!) / 2))],
  ["a strobing song", spectraOf(strobing())],
] as const;

test("the spectra are those of the definition", () => {
  const samples = strobing().subarray(0, SIZE);
  const [fast, exact] = [spectrumAt(samples, 0, SIZE), analyse(samples)];
  for (let bin = 0; bin < SIZE / 2; bin += 50) expect(fast[bin]).toBeCloseTo(exact[bin]!, 2);
});

test("the strobing song flashes too much without a guard", () => {
  expect(count(recorded(songs[1][1], "mids", "mono")).general).toBeGreaterThan(CHANGES_ALLOWED);
  expect(count(recorded(songs[1][1], "mids", "classic")).red).toBeGreaterThan(CHANGES_ALLOWED);
});

describe.each(songs)("%s", (_, spectra) => {
  test.each(PALETTE_NAMES)(
    "is safe in %s, each screen and on the wall as a whole",
    (palette) => {
      const wanted = BAND_NAMES.map((band) => recorded(spectra, band, palette));
      for (const frames of wanted) {
        const { general, red } = count(guarded(frames, false));
        expect(general).toBeLessThanOrEqual(CHANGES_ALLOWED);
        expect(red).toBeLessThanOrEqual(CHANGES_ALLOWED);
      }
      const { general, red } = countTogether(wanted.map((frames) => guarded(frames, true)));
      expect(general).toBeLessThanOrEqual(CHANGES_ALLOWED);
      expect(red).toBeLessThanOrEqual(CHANGES_ALLOWED);
    },
    60_000,
  );
});
