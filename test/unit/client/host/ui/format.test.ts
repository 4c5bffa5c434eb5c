import { describe, expect, test } from "vitest";
import {
  formatBand,
  formatFigures,
  formatShare,
  formatTime,
  songTitle,
} from "../../../../../client/host/ui/format.ts";

describe("a song's title", () => {
  test.each([
    ["song.mp3", "song"],
    ["Nina_Simone_-_Sinnerman.MP3", "Nina Simone - Sinnerman"],
    ["01. Intro.final.flac", "01. Intro.final"],
    ["No. 5", "No. 5"],
    ["folder/inner\\song.ogg", "song"],
    [".mp3", ".mp3"],
    ["___.mp3", "___.mp3"],
    ["夜.m4a", "夜"],
  ])("from the file %j is %j", (file, title) => {
    expect(songTitle(file)).toBe(title);
  });
});

describe("a time", () => {
  test.each([
    [0, "0:00"],
    [9.99, "0:09"],
    [60, "1:00"],
    [3_599.5, "59:59"],
    [3_600, "1:00:00"],
    [7_265, "2:01:05"],
    [-3, "0:00"],
    [Number.NaN, "–:––"],
    [Number.POSITIVE_INFINITY, "–:––"],
  ])("of %d seconds is %s", (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });
});

describe("a share", () => {
  test.each([
    [0, "0 %"],
    [0.0002, "0.0 %"],
    [0.01, "1.0 %"],
    [0.0123, "1.2 %"],
    [0.0996, "10 %"],
    [0.5, "50 %"],
    [1, "100 %"],
  ])("of %d is %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe("a screen's band and figures", () => {
  test.each([
    [{ low: 60, high: 250 }, "Bass"],
    [{ low: 62.5, high: 125 }, "62.5 Hz – 125 Hz"],
    [{ low: 133.17, high: 2_432 }, "133 Hz – 2.43 kHz"],
    [undefined, "its own band"],
  ])("%j is %s", (band, text) => {
    expect(formatBand(band)).toBe(text);
  });

  test("leave out what is unknown", () => {
    const known = {
      roundTripMs: 12.4,
      loss: 0.012,
      clockErrorMs: 0.34,
      latenessMs: 4,
      paintRate: 60,
      receives: "udp",
    } as const;
    expect(formatFigures(known)).toBe(
      "UDP, 12 ms round trip, 1.2 % lost, clock ±0.3 ms, 4 ms late, 60 pictures/s",
    );
    const unknown = {
      roundTripMs: null,
      loss: 0,
      clockErrorMs: null,
      latenessMs: 0.1,
      paintRate: null,
      receives: null,
    } as const;
    expect(formatFigures(unknown)).toBe("0 % lost");
    expect(formatFigures({ ...unknown, loss: null, clockErrorMs: 2 })).toBe("clock ±2.0 ms");
    expect(formatFigures({ ...unknown, loss: null })).toBe("");
  });

  test.each([
    ["relay", "UDP through a relay"],
    ["socket", "WebSocket"],
  ] as const)("say for %s how it gets the song: %s", (receives, text) => {
    const figures = { roundTripMs: null, loss: null, clockErrorMs: null, latenessMs: null, paintRate: null };
    expect(formatFigures({ ...figures, receives })).toBe(text);
  });
});
