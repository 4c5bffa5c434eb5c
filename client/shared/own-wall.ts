import { CODE_PATTERN } from "#protocol/format.ts";
import { cutText, plainText } from "#protocol/text.ts";

/** What makes a page the host of a wall. */
export interface WallKey {
  code: string;
  hostKey: string;
  /**
   * The password that listeners need. It is kept with the key, as a server that restarts does not know it.
   */
  password?: string;
}

/** A wall that this browser has the key of, and what it knows about the wall. */
export interface OwnWall extends WallKey {
  /** What its host calls it; absent while the host has given no name. The server never learns it. */
  name?: string;
  /** When this browser got the key, ms since 1970; absent for walls that earlier versions kept. */
  openedAt?: number;
  /** When it was last hosted, ms since 1970; absent as {@link openedAt}. */
  usedAt?: number;
  /** The wall as it last looked: a small picture as a data URL. */
  picture?: string;
}

/** Longest name of a wall, in UTF-16 units. */
export const WALL_NAME_MAX = 80;
/** Longest data URL of a picture, in characters: 50 are a tenth of what a browser lets a site keep. */
export const PICTURE_MAX = 8_192;

/** Longest host key that the protocol allows; the server makes keys of 76 characters. */
const HOST_KEY_MAX = 256;
/** Longest password that the protocol allows. */
const PASSWORD_MAX = 100;
/** The last moment that a `Date` can hold, ms since 1970 (ECMA-262, 21.4.1.1). */
const LATEST_MS = 8.64e15;
/** A picture of pixels. An SVG is refused: it can ask the network for more. */
const PICTURE = /^data:image\/(?:jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** A typed name in the form in which it is kept: in one line, and cut; "" if nothing is left of it. */
export function cleanWallName(typed: string): string {
  const line = plainText(typed.replaceAll(/\s+/g, " ")).trim();
  return cutText(line, WALL_NAME_MAX).trimEnd();
}

/** Whether a data URL is a picture that may be kept with a wall. */
export function isWallPicture(url: unknown): url is string {
  return typeof url === "string" && url.length <= PICTURE_MAX && PICTURE.test(url);
}

/**
 * Reads a wall from storage or from a file. What is missing or invalid beside code and key is left out.
 * @returns undefined if it has no valid code and key
 */
export function readOwnWall(value: unknown): OwnWall | undefined {
  const { code, hostKey, password, name, openedAt, usedAt, picture } = (value ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof code !== "string" || !CODE_PATTERN.test(code)) return undefined;
  if (!isText(hostKey, HOST_KEY_MAX)) return undefined;
  const cleanName = typeof name === "string" ? cleanWallName(name) : "";
  return {
    code,
    hostKey,
    ...(isText(password, PASSWORD_MAX) && { password }),
    ...(cleanName !== "" && { name: cleanName }),
    ...(isDate(openedAt) && { openedAt }),
    ...(isDate(usedAt) && { usedAt }),
    ...(isWallPicture(picture) && { picture }),
  };
}

function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value !== "" && value.length <= max;
}

function isDate(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= LATEST_MS;
}
