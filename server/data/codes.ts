import { createHmac, hkdfSync } from "node:crypto";
import { CODE_ALPHABET, CODE_LENGTH } from "../protocol/format.ts";

/** Number of different codes: 6,436,343. */
export const CODES = CODE_ALPHABET.length ** CODE_LENGTH;
/**
 * Shortest time until a code is issued again, ms: 90 days. For this time at least a host key stays valid,
 * even if its wall is not saved.
 */
export const CODE_ROUND_MS = 90 * 86_400_000;
/** Number of serials that are reserved at once, so that not every new wall writes to the disk. */
const RESERVED_SERIALS = 64;
/** Rounds of the Feistel network. Three are proven to be enough; ten take 0.1 ms. */
const ROUNDS = 10;
/** Number of values of the low half of a code: two letters. */
const LOW = CODE_ALPHABET.length ** 2;
/** Number of values of the high half of a code: the other letters. */
const HIGH = CODE_ALPHABET.length ** (CODE_LENGTH - 2);

export interface CodesOptions {
  /** Time of day, ms since 1970. */
  readonly time?: () => number;
  /** The last argument of `reserve` before the restart; 0 if it was never called. */
  readonly reserved?: number;
  /** Must save, for the next start, that all serials below this one may have been issued. */
  readonly reserve?: (serial: number) => void;
}

/**
 * Issues wall codes. No code repeats before 90 days have passed or all other codes have been issued.
 *
 * Each issued code has a serial. Serials follow time: they increase by {@link CODES} in
 * {@link CODE_ROUND_MS}, or faster if walls are opened faster than that (one in 1.2 s). A secret permutation
 * maps serials to codes. Therefore the serial alone shows whether its code may have been issued again, and
 * the server keeps no list of codes. It saves one number, the position, for a restart after a burst. If that
 * number is lost, the time of day replaces it.
 */
export class Codes {
  readonly #key: Uint8Array;
  readonly #time: () => number;
  readonly #reserve: (serial: number) => void;
  #reserved: number;
  /** The lowest serial that has not been issued. */
  #next: number;

  constructor(secret: Uint8Array, { time = Date.now, reserved = 0, reserve = () => {} }: CodesOptions = {}) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret, "", "lightwall codes", 32));
    this.#time = time;
    this.#reserve = reserve;
    this.#reserved = reserved;
    this.#next = reserved;
  }

  /** Issues the next code. */
  next(): { code: string; serial: number } {
    const serial = Math.max(this.#next, this.#timeSerial());
    this.#next = serial + 1;
    if (serial >= this.#reserved) {
      this.#reserved = serial + RESERVED_SERIALS;
      this.#reserve(this.#reserved);
    }
    return { code: this.#codeOf(serial), serial };
  }

  /**
   * Whether the code of a serial has not been issued again, so that nobody else has it.
   * @param serial one that this server has issued at any time
   */
  isCurrent(serial: number): boolean {
    // If the position was lost and the clock set back, `#next` is too low: never issue this serial again.
    this.#next = Math.max(this.#next, serial + 1);
    return serial + CODES > Math.max(this.#next - 1, this.#timeSerial());
  }

  #timeSerial(): number {
    return Math.floor((this.#time() / CODE_ROUND_MS) * CODES);
  }

  /**
   * Permutes all codes with an alternating unbalanced Feistel network over Z(a) × Z(b): Black and Rogaway,
   * "Ciphers with Arbitrary Finite Domains" (2002), method 3. Each round is reversible, therefore
   * {@link CODES} consecutive serials have different codes.
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
