import { lookup } from "node:dns/promises";
import type { Finding } from "./findings.ts";
import { ok } from "./findings.ts";
import { exchange } from "./udp.ts";

/** The public servers that are asked for the time, once, and only if a person wants it. */
const TIME_SERVER = "pool.ntp.org";
const NTP_PORT = 123;
const ANSWER_MAX_MS = 4_000;
/** Seconds from 1900, where NTP begins to count, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
/** A clock that is off by more than this harms TURN credentials and certificates sooner or later, s. */
const OFF_MAX_S = 30;

/** How many seconds this machine's clock is ahead of the internet's; undefined if no server answers. */
export async function secondsAhead(host = TIME_SERVER, port = NTP_PORT): Promise<number | undefined> {
  // Version 4, mode 3: a client (RFC 5905 §7.3).
  const datagram = Buffer.alloc(48);
  datagram[0] = 0x23;
  let ahead: number | undefined;
  const isAnswer = (answer: Buffer): boolean => {
    // Mode 4: a server. A stratum of 0 is a refusal (RFC 5905 §7.4).
    if (answer.length < 48 || (answer[0]! & 7) !== 4 || answer[1] === 0) return false;
    ahead = Date.now() / 1000 - (answer.readUInt32BE(40) - NTP_EPOCH_S);
    return true;
  };
  try {
    const { address } = await lookup(host, { family: 4 });
    await exchange({ address, port, datagram, isAnswer, timeoutMs: ANSWER_MAX_MS });
  } catch {
    // There is no such name: the machine is not on the internet.
  }
  return ahead;
}

/** What it means that the clock is so many seconds ahead. */
export function clockFinding(ahead: number | undefined): Finding {
  if (ahead === undefined) {
    const advice =
      "Without the internet a wall works as well; then only you can see whether the clock is right.";
    return { level: "note", text: "No time server answers.", advice };
  }
  const off = Math.round(Math.abs(ahead));
  if (off <= OFF_MAX_S) return ok("The clock is right.");
  return {
    level: "problem",
    text: `The clock is ${off} seconds ${ahead > 0 ? "fast" : "slow"}.`,
    advice: 'Let it follow NTP ("timedatectl set-ntp true" on Linux): certificates and TURN need true time.',
  };
}
