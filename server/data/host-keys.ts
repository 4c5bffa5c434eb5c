import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Codes } from "./codes.ts";
import { isMissing, writeFileAtomicSync } from "./files.ts";

/** Length of the server's secret. */
const SECRET_BYTES = 32;
/** Length of the serial in a key, a big-endian number. */
const SERIAL_BYTES = 8;
/** Length of the random part of a key. */
const RANDOM_BYTES = 16;

/**
 * The result of a check: `current` is valid, and nobody else has a key for the code; `past` is valid, but the
 * code may have been issued again since, therefore the key opens only a saved wall that it belongs to;
 * `wrong` was never issued by this server for the code.
 */
export type KeyValidity = "current" | "past" | "wrong";

/**
 * Issues and checks host keys. A key consists of a nonce (the serial of its code and random bytes) and the
 * HMAC-SHA256 of code and nonce. The server keeps no list of keys: whoever shows a valid key is the host,
 * also after a restart. Keys of earlier versions have no serial and are `past`.
 */
export class HostKeys {
  readonly #secret: Uint8Array;
  readonly #codes: Codes;

  /** @param secret 32 bytes that only the server knows */
  constructor(secret: Uint8Array, codes = new Codes(secret)) {
    this.#secret = secret;
    this.#codes = codes;
  }

  /** Issues the next code and its key: base64url, 76 characters. */
  issue(): { code: string; hostKey: string } {
    const { code, serial } = this.#codes.next();
    const nonce = Buffer.concat([Buffer.alloc(SERIAL_BYTES), randomBytes(RANDOM_BYTES)]);
    nonce.writeBigUInt64BE(BigInt(serial));
    const text = nonce.toString("base64url");
    return { code, hostKey: `${text}.${this.#sign(code, text)}` };
  }

  /** Checks a key for a code. Takes the same time whichever part of a key is wrong. */
  verify(code: string, key: string): KeyValidity {
    const [nonce = "", signature = ""] = key.split(".", 2);
    const isSigned = sameSecret(signature, this.#sign(code, nonce)) && key === `${nonce}.${signature}`;
    if (!isSigned) return "wrong";
    const bytes = Buffer.from(nonce, "base64url");
    if (bytes.length !== SERIAL_BYTES + RANDOM_BYTES) return "past";
    return this.#codes.isCurrent(Number(bytes.readBigUInt64BE())) ? "current" : "past";
  }

  #sign(code: string, nonce: string): string {
    return createHmac("sha256", this.#secret).update(`${code}.${nonce}`).digest("base64url");
  }
}

/** The hash of a host key that a saved wall contains: it identifies the key, but does not reveal it. */
export function hashOfKey(key: string): string {
  return digest(key).toString("base64url");
}

/** Whether two secrets are equal, compared in constant time. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Reads the secret in a directory, and creates it on the first start. Only the server's user may read it.
 * @throws Error with one line if the file does not contain a secret; the system's error if it cannot be read
 * or created
 */
export function loadSecret(directory: string): Uint8Array {
  const path = join(directory, "secret");
  const kept = readSecret(path);
  // An earlier version left an empty file when its first start failed on a full disk. It has signed nothing.
  if (kept === "") rmSync(path);
  const secret = Buffer.from((kept || createSecret(path)).trim(), "base64url");
  if (secret.length === SECRET_BYTES) return secret;
  throw new Error(
    `${path} does not contain a Lightwall secret. Restore it from a backup. If there is none, delete it: ` +
      "then hosts lose access to the walls that they have opened.",
  );
}

/**
 * The content of the file; undefined only if it does not exist. Any other error must stop the start: with a
 * new secret every host key would be wrong.
 */
function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Creates the secret atomically. If another process creates it at the same time, uses that one. */
function createSecret(path: string): string {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  try {
    writeFileAtomicSync(path, `${secret}\n`, { ifAbsent: true });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(path, "utf8");
  }
}
