import { createHmac, hkdfSync } from "node:crypto";
import { CODE_ALPHABET, CODE_LENGTH } from "../protocol/format.ts";

/** How many codes there are: 6,436,343. */
export const CODES = CODE_ALPHABET.length ** CODE_LENGTH;
/** Shortest time until a code is given again, ms: 90 days. So long a key lives whose wall is not kept. */
export const CODE_ROUND_MS = 90 * 86_400_000;
/** How many serials are reserved at once, so that not every new wall writes to the disk. */
const RESERVED = 64;
/** Rounds of the permutation: three are proven, and ten cost a tenth of a millisecond. */
const ROUNDS = 10;
/** The two halves of a code as numbers: two letters and three. */
const LOW = CODE_ALPHABET.length ** 2;
const HIGH = CODE_ALPHABET.length ** (CODE_LENGTH - 2);

export interface CodesOptions {
  /** Time of day, ms since 1970. */
  readonly time?: () => number;
  /** What `reserve` was called with last, before the restart; 0 for never. */
  readonly reserved?: number;
  /** Must remember over a restart that serials below this one may have been given. */
  readonly reserve?: (serial: number) => void;
}

/**
 * Gives wall codes, each one once in a round of all of them.
 *
 * Every code has a serial. Serials follow time: they go up by {@link CODES} in {@link CODE_ROUND_MS}, or
 * faster where more walls are opened than that (one in 1.2 s). A secret permutation makes codes of them. So a
 * code comes again after 90 days at the earliest, or after all others; whether it may have been given since
 * is told by the serial alone; and no list of given codes has to be kept. What is kept is one number, for a
 * restart after a burst; should it be lost, time has gone on.
 */
export class Codes {
  readonly #key: Uint8Array;
  readonly #time: () => number;
  readonly #reserve: (serial: number) => void;
  #reserved: number;
  /** No serial from this one on has been given. */
  #next: number;

  constructor(secret: Uint8Array, { time = Date.now, reserved = 0, reserve = () => {} }: CodesOptions = {}) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret, "", "lightwall codes", 32));
    this.#time = time;
    this.#reserve = reserve;
    this.#reserved = reserved;
    this.#next = reserved;
  }

  /** The next code and its serial. */
  next(): { code: string; serial: number } {
    const serial = Math.max(this.#next, this.#timeSerial());
    this.#next = serial + 1;
    if (serial >= this.#reserved) {
      this.#reserved = serial + RESERVED;
      this.#reserve(this.#reserved);
    }
    return { code: this.#codeOf(serial), serial };
  }

  /**
   * Whether the code of this serial has not been given again since, and so nobody else can have it.
   * @param serial one that this server has given, at whatever time
   */
  isCurrent(serial: number): boolean {
    // After the kept number was lost and the clock set back: it has been given, so it is not given again.
    this.#next = Math.max(this.#next, serial + 1);
    return serial + CODES > Math.max(this.#next - 1, this.#timeSerial());
  }

  #timeSerial(): number {
    return Math.floor((this.#time() / CODE_ROUND_MS) * CODES);
  }

  /**
   * A permutation of all codes: an alternating unbalanced Feistel network over Z(a) × Z(b), as in Black and
   * Rogaway, "Ciphers with Arbitrary Finite Domains" (2002), method 3. Each round can be undone, so no two
   * serials of a round share a code.
   */
  #codeOf(serial: number): string {
    let low = serial % LOW;
    let high = Math.floor(serial / LOW) % HIGH;
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 2 === 0) low = (low + this.#mix(round, high)) % LOW;
      else high = (high + this.#mix(round, low)) % HIGH;
    }
    return letters(high * LOW + low);
  }

  #mix(round: number, half: number): number {
    return createHmac("sha256", this.#key).update(`${round} ${half}`).digest().readUIntBE(0, 6);
  }
}

function letters(value: number): string {
  let text = "";
  for (let left = value; text.length < CODE_LENGTH; left = Math.floor(left / CODE_ALPHABET.length)) {
    text += CODE_ALPHABET[left % CODE_ALPHABET.length];
  }
  return text;
}
