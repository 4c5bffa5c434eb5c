import { describe, expect, test } from "vitest";
import {
  decibelsText,
  durationText,
  measureText,
  millisecondsText,
  numberText,
  percentText,
  signedText,
  tenthsText,
} from "../../../client/words/units.ts";

describe("numbers in English", () => {
  test.each([
    [numberText(5_000), "5,000"],
    [measureText(20_000), "20000"],
    [numberText(0.35, 2), "0.35"],
    [tenthsText(5), "5.0"],
    [millisecondsText(1_999.6), "2000 ms"],
    [millisecondsText(undefined), "–"],
    [durationText(994.4), "994 ms"],
    [durationText(1_000), "1.0 s"],
    [percentText(0.555), "56 %"],
    [signedText(5), "+5"],
    [signedText(0), "0"],
    [decibelsText(-12), "-12 dB"],
    [decibelsText(-0.2), "0 dB"],
  ])("%s is %s", (text, expected) => {
    expect(text).toBe(expected);
  });
});
