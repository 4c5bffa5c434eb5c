import { encoded, lightOf, linear, type Rgb } from "../../../client/light/photometry.ts";

/** CIE 1976: above this luminance L* is a cube root, below it a straight line. */
const STRAIGHT = (6 / 29) ** 3;
const SLOPE = (29 / 3) ** 3;

/** The lightness L* of a relative luminance, both 0..1: equal steps of it look equal. */
export function lightnessOf(luminance: number): number {
  if (luminance <= STRAIGHT) return (SLOPE * luminance) / 100;
  return (116 * Math.cbrt(luminance) - 16) / 100;
}

/** The relative luminance of a lightness, the inverse of {@link lightnessOf}. */
export function luminanceOf(lightness: number): number {
  const l = 100 * lightness;
  return l <= 8 ? l / SLOPE : ((l + 16) / 116) ** 3;
}

/** The lightness of a colour. */
export function lightnessOfColour(rgb: Rgb): number {
  return lightnessOf(lightOf(rgb).luminance);
}

/** The lightness of a grey whose sRGB channels have this value, which is limited to 0..1. */
export function lightnessOfGrey(value: number): number {
  return lightnessOf(linear(Math.min(Math.max(value, 0), 1)));
}

/** The grey of a lightness. */
export function greyOf(lightness: number): Rgb {
  const byte = Math.round(255 * encoded(luminanceOf(Math.min(Math.max(lightness, 0), 1))));
  return [byte, byte, byte];
}
