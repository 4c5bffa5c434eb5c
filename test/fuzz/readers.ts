import assert from "node:assert/strict";
import { Fragments } from "../../server/media/secure/dtls/fragments.ts";
import { HelloError, readClientHello, writeServerHello } from "../../server/media/secure/dtls/hello.ts";
import { readRecords } from "../../server/media/secure/dtls/record.ts";
import { readRtcp } from "../../server/media/wire/rtcp.ts";
import { readRtp } from "../../server/media/wire/rtp.ts";
import { writeAnswer } from "../../server/media/wire/sdp-answer.ts";
import { picturesIn, readOffer } from "../../server/media/wire/sdp-offer.ts";
import { readBindingRequest, readBindingSuccess, transactionId } from "../../server/media/wire/stun.ts";
import { LightwallError } from "../../server/protocol/errors.ts";
import { decodeClientMessage } from "../../server/protocol/messages.ts";

/**
 * Decodes a message as a session does.
 * @throws if decoding throws, or if the decoded message changes when it is encoded and decoded again
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
  candidates: [{ address: "192.0.2.1", port: 8080 }],
};

/**
 * Reads an offer as a host's and as a listener's, and answers it.
 * @throws if reading fails without an error code, or if the offer has injected a line into the answer
 */
export function fuzzOffer(input: Buffer): void {
  for (const purpose of ["publish", "subscribe"] as const) {
    try {
      const offer = readOffer(input.toString(), purpose);
      const media =
        purpose === "publish"
          ? ({ direction: "recvonly", packetTimeMs: 20 } as const)
          : ({ direction: "sendonly", ssrc: 1 } as const);
      const lines = writeAnswer(offer, { ...ANSWER, media, ...picturesIn(offer, purpose) }).split("\r\n");
      assert.equal(lines.pop(), "");
      for (const line of lines) assert.match(line, /^[a-z]=[^\r\n]*$/);
      // Sections that are refused have port 0, all others the server's transport.
      const accepted = lines.filter((line) => /^m=\S+ [1-9]/.test(line)).length;
      assert.equal(lines.filter((line) => line.startsWith("a=ice-pwd:")).length, accepted);
      assert.equal(lines.filter((line) => line.startsWith("a=candidate:")).length, accepted);
    } catch (error) {
      if (!(error instanceof LightwallError)) throw error;
    }
  }
}

/** Types of a client's handshake messages. */
const MESSAGES = [1, 11, 16, 15, 20] as const;
/** Greatest number of packets that a NACK can request: 17 for every 4 bytes of a datagram. */
const LOSSES_MAX = 17 * 16_384;

/**
 * Reads a datagram with all parsers.
 * @throws if a parser throws or returns an impossible value
 */
export function fuzzDatagram(input: Buffer): void {
  const fragments = new Fragments();
  for (const record of readRecords(input)) {
    fragments.add(record.fragment, record.epoch & 1);
    fuzzHello(record.fragment.subarray(12));
  }
  fragments.add(input, 0);
  for (const type of MESSAGES) assert((fragments.message(type)?.length ?? 0) <= 4096 + 12);
  fuzzHello(input);
  const packet = readRtp(input);
  if (packet) assert(packet.payload.length + 12 <= input.length);
  for (const item of readRtcp(input)) {
    if (item.kind !== "nack") continue;
    let count = 0;
    for (const sequence of item.losses) assert(sequence >= 0 && sequence <= 0xffff && ++count <= LOSSES_MAX);
  }
  const signed = readBindingRequest(input) ?? readBindingSuccess(input);
  if (!signed) return;
  assert.equal(transactionId(signed).length, 12);
  assert(signed.integrityAt + 24 <= input.length);
}

/**
 * Reads the body of a ClientHello, and answers it.
 * @throws if reading fails with another error than HelloError
 */
export function fuzzHello(body: Buffer): void {
  try {
    const hello = readClientHello(body);
    assert.equal(hello.random.length, 32);
    writeServerHello(hello, Buffer.alloc(32));
  } catch (error) {
    if (!(error instanceof HelloError)) throw error;
  }
}
