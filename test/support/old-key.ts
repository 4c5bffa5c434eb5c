import { createHmac, randomBytes } from "node:crypto";

/** A host key of an earlier version, without a serial: a nonce and its signature. */
export function oldKey(secret: Uint8Array, code: string): string {
  const nonce = randomBytes(16).toString("base64url");
  return `${nonce}.${createHmac("sha256", secret).update(`${code}.${nonce}`).digest("base64url")}`;
}
