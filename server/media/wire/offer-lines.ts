import { LightwallError } from "../../protocol/errors.ts";

/** Lines in an offer. A browser's audio section has about 40, and one more for each ICE candidate. */
const LINES_MAX = 512;
/** Media sections in an offer; the pages send one. */
const SECTIONS_MAX = 8;
/** Payload types of all media sections together. Safari lists the most for audio, about 20. */
const PAYLOAD_TYPES_MAX = 128;
/** Longest line that is parsed. An ICE password of 256 characters fits, and a SHA-512 fingerprint. */
const LINE_CHARACTERS_MAX = 512;

/** The attributes that the answer depends on (RFC 8866 §6, RFC 8839 §5, RFC 8842 §5). */
const NEEDED = new Set([
  "fingerprint",
  "group",
  "ice-lite",
  "ice-pwd",
  "ice-ufrag",
  "inactive",
  "mid",
  "recvonly",
  "rtpmap",
  "sendonly",
  "sendrecv",
  "setup",
]);

/**
 * Selects the lines of an offer that the server needs, in linear time. werift compares every feedback, format
 * and source line with all codecs or sources before it, which takes 0.1 s for 32 KB of such lines. The server
 * needs none of them.
 * @throws LightwallError `offer-invalid` if the offer exceeds one of the limits above
 */
export function neededLines(sdp: string): string {
  const lines = sdp.split(/\r?\n/);
  const needed = lines.filter(isNeeded);
  const sections = needed.filter((line) => line.startsWith("m="));
  const payloadTypes = sections.reduce((sum, line) => sum + Math.max(0, line.split(" ").length - 3), 0);
  if (
    lines.length > LINES_MAX ||
    sections.length > SECTIONS_MAX ||
    payloadTypes > PAYLOAD_TYPES_MAX ||
    needed.some((line) => line.length > LINE_CHARACTERS_MAX)
  ) {
    throw new LightwallError("offer-invalid");
  }
  return `${needed.join("\r\n")}\r\n`;
}

function isNeeded(line: string): boolean {
  if (!line.startsWith("a=")) return line.startsWith("v=") || line.startsWith("m=");
  const colon = line.indexOf(":");
  return NEEDED.has(line.slice(2, colon < 0 ? undefined : colon));
}
