import { describe, expect, it } from "vitest";
import { formatShare, formatTime, songTitle } from "../../client/host/words.ts";

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
