/** Red, green and blue as sRGB bytes. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour as light, to measure and mix: linear sRGB channels, each 0..1. */
export interface Light {
  readonly rgb: Rgb;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Relative luminance (WCAG 2.2): 0 is black, 1 is white. */
  readonly luminance: number;
  /** Chromaticity u′, v′ (CIE 1976 UCS). Black has none and is given that of white. */
  readonly u: number;
  readonly v: number;
  /** Whether it is a saturated red (WCAG 2.2). */
  readonly saturatedRed: boolean;
}

/** Share of red in the sum of all channels from which a light is a saturated red (WCAG 2.2). */
const SATURATED_RED = 0.8;
/** u′ and v′ of D65. */
const WHITE = [0.19784, 0.46832] as const;

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => linear(byte / 255));

/** The linear light of an sRGB channel (IEC 61966-2-1), both 0..1. */
export function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** The sRGB channel of a linear light, the inverse of {@link linear}; also defined outside 0..1. */
export function encoded(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** The light of a colour. */
export function lightOf(rgb: Rgb): Light {
  const [red, green, blue] = [LINEAR[rgb[0]]!, LINEAR[rgb[1]]!, LINEAR[rgb[2]]!];
  const x = 0.4124 * red + 0.3576 * green + 0.1805 * blue;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const z = 0.0193 * red + 0.1192 * green + 0.9505 * blue;
  const sum = x + 15 * luminance + 3 * z;
  const [u, v] = sum > 0 ? [(4 * x) / sum, (9 * luminance) / sum] : WHITE;
  const saturatedRed = red > 0 && red >= SATURATED_RED * (red + green + blue);
  return { rgb, red, green, blue, luminance, u, v, saturatedRed };
}

/** The light of the colour nearest to these linear channels, which are limited to 0..1. */
export function lightAt(red: number, green: number, blue: number): Light {
  return lightOf([byteOf(encoded(red)), byteOf(encoded(green)), byteOf(encoded(blue))]);
}

/** Mixes two lights additively: `from` at share 0, `to` at share 1. */
export function mixed(from: Light, to: Light, share: number): Light {
  return lightAt(
    from.red + (to.red - from.red) * share,
    from.green + (to.green - from.green) * share,
    from.blue + (to.blue - from.blue) * share,
  );
}

/** Distance of two chromaticities in the CIE 1976 UCS diagram. */
export function chromaticDistance(a: Light, b: Light): number {
  return Math.hypot(a.u - b.u, a.v - b.v);
}

/** A channel, limited to 0..1, as a byte. */
export function byteOf(channel: number): number {
  return Math.round(Math.min(Math.max(channel, 0), 1) * 255);
}
