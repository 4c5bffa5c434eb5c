import assert from "node:assert/strict";
import { readOffer, writeAnswer } from "../../server/media/sdp.ts";
import { LightwallError } from "../../server/protocol/errors.ts";
import { decodeClientMessage } from "../../server/protocol/messages.ts";

/**
 * Reads a message as a session does.
 * @throws whatever must not happen: a throw, or a message that is not the same when it is read again
 */
export function fuzzMessage(input: Buffer): void {
  const decoded = decodeClientMessage(input.toString());
  if (!decoded.ok) {
    assert(decoded.code === "not-json" || decoded.code === "message-invalid");
    return;
  }
  assert.deepEqual(decodeClientMessage(JSON.stringify(decoded.message)), decoded);
}

const ANSWER = {
  ufrag: "server",
  password: "p".repeat(24),
  fingerprint: { algorithm: "sha-256", value: "AA" },
  addresses: ["192.0.2.1"],
  port: 8080,
};

/**
 * Reads an offer as either side's, and answers it.
 * @throws whatever must not happen: an error without a code, or an answer that an offer has put a line into
 */
export function fuzzOffer(input: Buffer): void {
  for (const purpose of ["publish", "subscribe"] as const) {
    try {
      const offer = readOffer(input.toString(), purpose);
      const media =
        purpose === "publish"
          ? ({ direction: "recvonly", packetTimeMs: 20 } as const)
          : ({ direction: "sendonly", ssrc: 1 } as const);
      const lines = writeAnswer(offer, { ...ANSWER, media }).split("\r\n");
      assert.equal(lines.pop(), "");
      for (const line of lines) assert.match(line, /^[a-z]=[^\r\n]*$/);
      assert.equal(lines.filter((line) => line.startsWith("a=ice-pwd:")).length, 1);
      assert.equal(lines.filter((line) => line.startsWith("a=candidate:")).length, 1);
    } catch (error) {
      if (!(error instanceof LightwallError)) throw error;
    }
  }
}
