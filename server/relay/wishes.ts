/** The layers of a host's picture. */
export const LAYERS = ["high", "low"] as const;
export type Layer = (typeof LAYERS)[number];

/** What the listeners of a machine want of a host at another one: its pictures, and perhaps a key frame. */
export interface Wish {
  readonly keyframe?: Layer | undefined;
}

/** Version of this form. A node ignores wishes of other versions. */
const VERSION = 1;
/** The second byte: the layer of which a key frame is wanted. */
const KEYFRAMES: readonly (Layer | undefined)[] = [undefined, ...LAYERS];

/** Encodes a wish for another machine: version, and number of the layer for a key frame; 0 for none. */
export function encodeWish({ keyframe }: Wish): Buffer {
  return Buffer.of(VERSION, KEYFRAMES.indexOf(keyframe));
}

/** Decodes a wish of another machine; undefined if it is none. */
export function decodeWish(bytes: Buffer): Wish | undefined {
  const [version, layer] = bytes;
  if (bytes.length !== 2 || version !== VERSION || layer! >= KEYFRAMES.length) return;
  const keyframe = KEYFRAMES[layer!];
  return keyframe ? { keyframe } : {};
}
