import { describe, expect, it } from "vitest";
import {
  bandWords,
  figureSigns,
  figureWords,
  formatShare,
  formatTime,
  songTitle,
} from "../../../../../client/host/ui/words.ts";

describe("song title", () => {
  it.each([
    ["song.mp3", "song"],
    ["Nina_Simone_-_Sinnerman.MP3", "Nina Simone - Sinnerman"],
    ["01. Intro.final.flac", "01. Intro.final"],
    ["No. 5", "No. 5"],
    ["folder/inner\\song.ogg", "song"],
    [".mp3", ".mp3"],
    ["___.mp3", "___.mp3"],
    ["夜.m4a", "夜"],
  ])("of %j is %j", (file, title) => {
    expect(songTitle(file)).toBe(title);
  });
});

describe("time", () => {
  it.each([
    [0, "0:00"],
    [9.99, "0:09"],
    [60, "1:00"],
    [3_599.5, "59:59"],
    [3_600, "1:00:00"],
    [7_265, "2:01:05"],
    [-3, "0:00"],
    [Number.NaN, "–:––"],
    [Number.POSITIVE_INFINITY, "–:––"],
  ])("of %d seconds reads %s", (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });
});

describe("share", () => {
  it.each([
    [0, "0 %"],
    [0.0123, "1.2 %"],
    [0.0996, "10 %"],
    [0.5, "50 %"],
    [1, "100 %"],
  ])("of %d reads %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe("a screen's band and figures", () => {
  it.each([
    [{ low: 60, high: 250 }, "Bass"],
    [{ low: 62.5, high: 125 }, "62.5 Hz – 125 Hz"],
    [{ low: 133.17, high: 2_432 }, "133 Hz – 2.43 kHz"],
    [undefined, "its own band"],
  ])("%j reads %s", (band, text) => {
    expect(bandWords(band)).toBe(text);
  });

  it("reads what is known", () => {
    const known = { roundTripMs: 12.4, loss: 0.012, clockErrorMs: 0.34 };
    expect(figureWords(known)).toBe("12 ms round trip, 1.2 % lost, clock ±0.3 ms");
    expect(figureSigns(known)).toBe("12 ms · 1.2 % · ±0.3 ms");
    const unknown = { roundTripMs: null, loss: 0, clockErrorMs: null };
    expect(figureWords(unknown)).toBe("0 % lost");
    expect(figureSigns(unknown)).toBe("0 %");
  });
});
