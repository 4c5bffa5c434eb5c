import type { FlashPhase } from "./flash-guard.ts";

/**
 * The guard for pictures: what `FlashGuard` does for one colour, for every pixel by itself. All pixels of all
 * screens are in the same phase, so no part of a picture, and no mean of parts, flashes more often than the
 * phases turn. `docs/flash-safety.md` has the reasoning. The screens' GPUs run the same in
 * `client/wall/three/guard-pass.ts`.
 */

/** A change of luminance up to this is free at any moment: below 0.10 by what rounding to bytes may add. */
export const FREE = 0.085;
/** What a rise may use of that as it is; the rest is for all that is brighter, so that it keeps its shape. */
export const KNEE = 0.04;
/** Linear light below this is rounded to nothing. */
export const HALF_BYTE = 0.5 / 255 / 12.92;
/**
 * So much green and blue goes with red, in linear light, that no pixel is a saturated red (a share of 0.8),
 * also not after rounding; where red is too dark for that it is left out.
 */
export const WITH_RED = { share: 1 / 0.79 - 1, least: 2.4 * HALF_BYTE, dark: 0.0008 };

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});
const FINE = 8_192;
const BYTES = Uint8Array.from({ length: FINE + 1 }, (_, n) =>
  Math.round(255 * (1.055 * (n / FINE) ** (1 / 2.4) - 0.055)),
);

/** What a phase's beginning does to the bounds of all pixels. */
export interface Turn {
  phase: FlashPhase;
  /** Rises are counted anew from what is shown now. */
  leftRise: boolean;
  /** Falls are. */
  leftFall: boolean;
}

/** Follows the phases, and says of each frame which bounds begin with it. */
export class Turns {
  #phase: FlashPhase = "rise";

  next(phase: FlashPhase): Turn {
    const before = this.#phase;
    this.#phase = phase;
    const left = before !== phase;
    return { phase, leftRise: left && before === "rise", leftFall: left && before === "fall" };
  }
}

/** Guards a picture of a fixed size on the CPU. */
export class PixelGuard {
  readonly #shown: Uint8ClampedArray;
  readonly #highest: Float32Array;
  readonly #lowest: Float32Array;

  /** @param count pixels */
  constructor(count: number) {
    this.#shown = new Uint8ClampedArray(count * 4);
    this.#highest = new Float32Array(count);
    this.#lowest = new Float32Array(count);
  }

  /**
   * Changes the picture that is wanted to the nearest that is safe.
   * @param pixels sRGB bytes, four a pixel
   * @param brightness 0..1, by which the light is multiplied first
   */
  allow(pixels: Uint8ClampedArray, { phase, leftRise, leftFall }: Turn, brightness: number): void {
    for (let at = 0, pixel = 0; at < pixels.length; at += 4, pixel++) {
      const [r, g, b] = [this.#shown[at]!, this.#shown[at + 1]!, this.#shown[at + 2]!];
      const before = luminanceOf(LINEAR[r]!, LINEAR[g]!, LINEAR[b]!);
      if (leftRise) this.#lowest[pixel] = before;
      if (leftFall) this.#highest[pixel] = before;

      let red = LINEAR[pixels[at]!]! * brightness;
      let green = LINEAR[pixels[at + 1]!]! * brightness;
      let blue = LINEAR[pixels[at + 2]!]! * brightness;
      let paler = paleness(red, green, blue);
      green += paler;
      blue += paler;

      const wanted = luminanceOf(red, green, blue);
      const floor = phase === "fall" ? 0 : this.#highest[pixel]! - FREE;
      const knee = phase === "rise" ? 1 : this.#lowest[pixel]! + KNEE;
      if (wanted > knee) {
        const scale = (knee + (FREE - KNEE) * (1 - Math.exp((knee - wanted) / (FREE - KNEE)))) / wanted;
        [red, green, blue] = [red * scale, green * scale, blue * scale];
      } else if (wanted < floor) {
        const kept = Math.min((floor - wanted) / Math.max(before - wanted, 1e-6), 1);
        red += (LINEAR[r]! - red) * kept;
        green += (LINEAR[g]! - green) * kept;
        blue += (LINEAR[b]! - blue) * kept;
      }
      // What is dimmer now may be too dark to keep its share after rounding.
      paler = paleness(red, green, blue);
      green += paler;
      blue += paler;
      if (red < WITH_RED.dark && Math.max(green, blue) < HALF_BYTE) red = 0;
      this.#shown[at] = pixels[at] = byteOf(red);
      this.#shown[at + 1] = pixels[at + 1] = byteOf(green);
      this.#shown[at + 2] = pixels[at + 2] = byteOf(blue);

      const shown = luminanceOf(LINEAR[pixels[at]!]!, LINEAR[pixels[at + 1]!]!, LINEAR[pixels[at + 2]!]!);
      if (shown > this.#highest[pixel]!) this.#highest[pixel] = shown;
      if (shown < this.#lowest[pixel]!) this.#lowest[pixel] = shown;
    }
  }
}

/** How much green and blue a light lacks so that it is no saturated red. */
function paleness(red: number, green: number, blue: number): number {
  return red > green + blue ? Math.max((red * WITH_RED.share + WITH_RED.least - green - blue) / 2, 0) : 0;
}

function luminanceOf(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function byteOf(linear: number): number {
  if (linear <= 0.0031308) return Math.round(255 * 12.92 * linear);
  return BYTES[Math.round(Math.min(linear, 1) * FINE)]!;
}
