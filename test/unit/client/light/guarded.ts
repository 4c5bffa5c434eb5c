import fc from "fast-check";
import { expect } from "vitest";
import { FlashGuard, type FlashPhase } from "../../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";
import { CHANGES_ALLOWED, type Frame } from "../../../support/flash-checker.ts";

export const BLACK: Rgb = [0, 0, 0];
export const WHITE: Rgb = [255, 255, 255];
export const RED: Rgb = [255, 0, 0];
export const FRAME_MS = 1_000 / 60;

const byte = fc.integer({ min: 0, max: 255 });
export const colour: fc.Arbitrary<Rgb> = fc.oneof(
  fc.constantFrom<Rgb>(BLACK, WHITE, RED, [0, 0, 255], [0, 255, 0], [60, 4, 0], [255, 120, 0], [255, 0, 90]),
  fc.tuple(byte, byte, byte),
);

/** The phases of a wall that knows no beats. */
export const usual = new FlashPhases();
export const phaseAt = (wall: number) => usual.at(wall);

/** @param phaseOf the wall's phase at a time of the wall clock; without a wall each screen decides */
export function guarded(
  frames: readonly Frame[],
  wallAhead?: number,
  phaseOf: (wall: number) => FlashPhase = phaseAt,
): Frame[] {
  const guard = new FlashGuard();
  return frames.map(({ at, rgb }) => ({
    at,
    rgb: guard.allow(rgb, at, wallAhead === undefined ? undefined : phaseOf(at + wallAhead)),
  }));
}

/** Two alternating colours, `hertz` times per second, for `seconds`. */
export function strobe(hertz: number, on: Rgb, off: Rgb, seconds = 4): Frame[] {
  return Array.from({ length: seconds * 60 }, (_, n) => {
    const at = n * FRAME_MS;
    return { at, rgb: (at * hertz * 2) % 2_000 < 1_000 ? on : off };
  });
}

export function expectSafe(counted: { general: number; red: number }): void {
  expect(counted.general).toBeLessThanOrEqual(CHANGES_ALLOWED);
  expect(counted.red).toBeLessThanOrEqual(CHANGES_ALLOWED);
}
