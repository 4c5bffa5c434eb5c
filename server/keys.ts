import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SECRET_BYTES = 32;
const NONCE_BYTES = 16;

/**
 * Issues and checks host keys. A key is a nonce and its HMAC-SHA256 over the wall's code, so the
 * server keeps no list: whoever shows a good key is the host, also after a restart.
 */
export class HostKeys {
  readonly #secret: Uint8Array;

  /** @param secret 32 bytes that never leave the server */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** A new key for `code`: base64url, 66 characters. */
  issue(code: string): string {
    const nonce = randomBytes(NONCE_BYTES).toString("base64url");
    return `${nonce}.${this.#sign(code, nonce)}`;
  }

  /** Whether this server issued `key` for `code`. Takes the same time whatever part is wrong. */
  verify(code: string, key: string): boolean {
    const [nonce = "", signature = ""] = key.split(".", 2);
    return sameSecret(signature, this.#sign(code, nonce)) && key === `${nonce}.${signature}`;
  }

  #sign(code: string, nonce: string): string {
    return createHmac("sha256", this.#secret).update(`${code}.${nonce}`).digest("base64url");
  }
}

/** Whether two secrets are the same, in a time that tells nothing about either. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/**
 * The secret kept in `directory`, made on the first start and readable by the server's user only.
 * @throws Error when the file cannot be read or made, or does not hold a secret
 */
export function loadSecret(directory: string): Uint8Array {
  const path = join(directory, "secret");
  if (!existsSync(path)) makeSecret(directory, path);
  const secret = Buffer.from(readFileSync(path, "utf8").trim(), "base64url");
  if (secret.length === SECRET_BYTES) return secret;
  throw new Error(`${path} does not hold a Lightwall secret. Delete it; open walls then need a new key.`);
}

function makeSecret(directory: string, path: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secret = `${randomBytes(SECRET_BYTES).toString("base64url")}\n`;
  try {
    // "wx": of two servers that start at once, the second must not replace the first one's secret.
    writeFileSync(path, secret, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
