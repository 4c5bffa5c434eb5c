import type { FlashPhase } from "./flash-guard.ts";
import { encoded, linear } from "./photometry.ts";

/**
 * The flash guard for pictures. It does for each pixel what `FlashGuard` does for one colour. All pixels of
 * all screens are in the same phase, so no part of a picture, and no mean of parts, flashes more often than
 * the phases change. `docs/flash-safety.md` has the reasoning. `client/wall/three/guard-pass.ts` is the same
 * algorithm for the GPU.
 */

/**
 * A change of relative luminance up to this is allowed at any time. It is below the 0.10 of WCAG 2.3.1 by
 * more than rounding to bytes can add.
 */
export const FREE = 0.085;
/**
 * Rises up to this are shown unchanged outside the rise phase. Larger rises are compressed into the rest of
 * {@link FREE}, so that bright parts keep their shape.
 */
export const KNEE = 0.04;
/** Linear light below this is rounded to byte 0. */
export const HALF_BYTE = 0.5 / 255 / 12.92;
/**
 * How much green and blue is added to red, in linear light, so that no pixel is a saturated red (a share of
 * 0.8 in WCAG 2.2), even after rounding. Below `dark`, red is removed instead.
 */
export const WITH_RED = { share: 1 / 0.79 - 1, least: 2.4 * HALF_BYTE, dark: 0.0008 };

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => linear(byte / 255));
/** Steps of linear light in {@link BYTES}: fine enough for every byte above the linear part of sRGB. */
const FINE = 8_192;
const BYTES = Uint8Array.from({ length: FINE + 1 }, (_, n) => Math.round(255 * encoded(n / FINE)));

/** The phase of a frame, and which bounds of all pixels begin again with it. */
export interface Turn {
  phase: FlashPhase;
  /** The rise phase has ended: rises are limited from the luminance shown now. */
  leftRise: boolean;
  /** The fall phase has ended: falls are limited from the luminance shown now. */
  leftFall: boolean;
}

/** Detects the frames in which a phase ends. */
export class Turns {
  #phase: FlashPhase = "rise";

  next(phase: FlashPhase): Turn {
    const before = this.#phase;
    this.#phase = phase;
    const left = before !== phase;
    return { phase, leftRise: left && before === "rise", leftFall: left && before === "fall" };
  }
}

/** Limits the flashes of a picture of a fixed size, on the CPU. */
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
   * Changes a picture to the nearest safe one, in place.
   * @param pixels sRGB bytes, four per pixel
   * @param brightness factor of the linear light, applied first, 0..1
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
      // A dimmed pixel may have too little green and blue after rounding.
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

/** How much green and blue must be added so that a light is no saturated red. */
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
