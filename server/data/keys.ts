import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Codes } from "./codes.ts";
import { isMissing, writeWholeSync } from "./files.ts";

const SECRET_BYTES = 32;
/** A key's serial as a big-endian number, and what nobody can guess. */
const SERIAL_BYTES = 8;
const RANDOM_BYTES = 16;

/**
 * What a key is worth: `current` opens its wall, as nobody else can hold a key for that code; `past` is a
 * good one of a code that may have been given to someone else since, and opens only a kept wall that is known
 * to be its own; `wrong` was never issued by this server for that code.
 */
export type KeyWorth = "current" | "past" | "wrong";

/**
 * Issues and checks host keys. A key is the serial of its code and random bytes, and their HMAC-SHA256 over
 * the code, so the server keeps no list: whoever shows a good key is the host, also after a restart. Keys of
 * earlier versions bear no serial, and are `past`.
 */
export class HostKeys {
  readonly #secret: Uint8Array;
  readonly #codes: Codes;

  /** @param secret 32 bytes that never leave the server */
  constructor(secret: Uint8Array, codes = new Codes(secret)) {
    this.#secret = secret;
    this.#codes = codes;
  }

  /** A code that was not given for long, and its key: base64url, 76 characters. */
  issue(): { code: string; hostKey: string } {
    const { code, serial } = this.#codes.next();
    const nonce = Buffer.concat([Buffer.alloc(SERIAL_BYTES), randomBytes(RANDOM_BYTES)]);
    nonce.writeBigUInt64BE(BigInt(serial));
    const text = nonce.toString("base64url");
    return { code, hostKey: `${text}.${this.#sign(code, text)}` };
  }

  /** What `key` is worth for `code`. Finding it wrong takes the same time whatever part is wrong. */
  verify(code: string, key: string): KeyWorth {
    const [nonce = "", signature = ""] = key.split(".", 2);
    const isGood = sameSecret(signature, this.#sign(code, nonce)) && key === `${nonce}.${signature}`;
    if (!isGood) return "wrong";
    const bytes = Buffer.from(nonce, "base64url");
    if (bytes.length !== SERIAL_BYTES + RANDOM_BYTES) return "past";
    return this.#codes.isCurrent(Number(bytes.readBigUInt64BE())) ? "current" : "past";
  }

  #sign(code: string, nonce: string): string {
    return createHmac("sha256", this.#secret).update(`${code}.${nonce}`).digest("base64url");
  }
}

/**
 * What a kept wall remembers of its host's key: enough to know it again, and of no use to whoever reads it.
 */
export function hashOfKey(key: string): string {
  return digest(key).toString("base64url");
}

/** Whether two secrets are the same, in a time that tells nothing about either. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The secret kept in `directory`, made on the first start and readable by the server's user only.
 * @throws Error with one line when the file does not hold a secret; the system's error when it cannot be read
 * or made
 */
export function loadSecret(directory: string): Uint8Array {
  const path = join(directory, "secret");
  const kept = readSecret(path);
  // Of 0 bytes: an earlier version's first start, on a full disk. It ended there, so nothing was ever signed
  // with it.
  if (kept === "") rmSync(path);
  const secret = Buffer.from((kept || makeSecret(path)).trim(), "base64url");
  if (secret.length === SECRET_BYTES) return secret;
  throw new Error(
    `${path} does not hold a Lightwall secret. Put back a copy of it if there is one; otherwise delete it: hosts then cannot take back the walls they have.`,
  );
}

/** What the file holds; undefined only where there is none, as with another secret every key is wrong. */
function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Makes a secret, whole or not at all. Of two servers that start at once, the second takes the first one's.
 */
function makeSecret(path: string): string {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  try {
    writeWholeSync(path, `${secret}\n`, { once: true });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(path, "utf8");
  }
}
