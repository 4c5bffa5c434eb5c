import { LightwallError } from "../../protocol/errors.ts";

/** Lines that an offer may have; a browser's audio section has about 40, and one for each ICE candidate. */
const LINES_MAX = 512;
/** Media sections that an offer may have; the pages have one. */
const SECTIONS_MAX = 8;
/**
 * Payload types that all media sections may name together; Safari, with most codecs, names about 20 for
 * audio.
 */
const PAYLOAD_TYPES_MAX = 128;
/**
 * Longest line that is looked at, in characters: an ICE password of 256 fits, and so does a SHA-512
 * fingerprint.
 */
const LINE_MAX = 512;

/** Attributes that an answer depends on (RFC 8866 §6, RFC 8839 §5, RFC 8842 §5). */
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
 * What of an offer is worth parsing. werift compares every feedback, format and source line with all codecs
 * or sources before it, so that 32 KB of them take it 0.1 s; nothing of them is needed here. The time is
 * linear in the length.
 * @throws LightwallError `offer-invalid` where it has more of anything than browsers send
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
    needed.some((line) => line.length > LINE_MAX)
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
