import { type MediaDescription, SessionDescription } from "werift";
import { LightwallError } from "../../protocol/errors.ts";
import type { Fingerprint } from "../model.ts";
import { neededLines } from "./offer-lines.ts";

/** What the server needs of a browser's offer. */
export interface Offer {
  /** `mid` of the audio section that is answered. */
  mid: string;
  /** The offer's other sections in order; the answer refuses each (RFC 3264 §6). */
  sections: { kind: string; profile: string; format: string; mid: string | undefined; chosen: boolean }[];
  ufrag: string;
  /** The browser's ICE password, of {@link ICE_LENGTH_MAX} characters at most, as its user name fragment. */
  password: string;
  /** The browser's certificate has one of these. */
  fingerprints: Fingerprint[];
  /** Payload type that the offer gives to opus/48000/2. */
  payloadType: number;
}

/** What an answer says of the server's side of one peer. */
export interface AnswerParameters {
  ufrag: string;
  password: string;
  fingerprint: Fingerprint;
  /** Addresses of the one UDP port, best first. */
  addresses: readonly string[];
  port: number;
  /** The host's audio comes in, or this SSRC goes out to a listener. */
  media: { direction: "recvonly"; packetTimeMs: number } | { direction: "sendonly"; ssrc: number };
}

/** Rate the host is asked to encode at, in bit/s: transparent for stereo Opus. */
const OPUS_BITRATE = 128_000;

/**
 * Hashes accepted in `a=fingerprint`, and their bytes; RFC 8122 §5 asks for SHA-256, the rest are stronger.
 */
const FINGERPRINT_HASHES = new Map([
  ["sha-256", 32],
  ["sha-384", 48],
  ["sha-512", 64],
]);

/** Fingerprints of one offer that are looked at; browsers name one. */
const FINGERPRINTS_MAX = 8;
/** Longest ICE user name fragment and password, in characters (RFC 8839 §5.4). */
const ICE_LENGTH_MAX = 256;

/**
 * Reads an offer to send (`publish`) or to receive (`subscribe`) one Opus track.
 * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
 */
export function readOffer(sdp: string, purpose: "publish" | "subscribe"): Offer {
  const description = parse(sdp);
  if (purpose === "subscribe" && description.media.some(sendsMedia)) throw new LightwallError("offer-sends");

  const audio = description.media.find(
    (media) => media.kind === "audio" && media.port !== 0 && opusOf(media),
  );
  if (!audio) throw new LightwallError("offer-no-audio");
  if (purpose === "publish" && !sendsMedia(audio)) throw new LightwallError("offer-no-audio");

  const { usernameFragment: ufrag, password } = audio.iceParams ?? {};
  const fingerprints = fingerprintsOf(audio);
  const mid = audio.rtp.muxId;
  // The server is the DTLS server (RFC 8842 §5.2): the browser must be able to be the client.
  if (
    !isIceText(ufrag) ||
    !isIceText(password) ||
    fingerprints.length === 0 ||
    !isToken(mid) ||
    audio.dtlsParams?.role === "server"
  ) {
    throw new LightwallError("offer-invalid");
  }
  return {
    mid,
    sections: description.media.map((media) => ({
      kind: media.kind,
      profile: media.profile,
      format: String(media.fmt[0] ?? 0),
      mid: media.rtp.muxId,
      chosen: media === audio,
    })),
    ufrag,
    password,
    fingerprints,
    payloadType: opusOf(audio)!.payloadType,
  };
}

/**
 * Writes the one answer to an offer: ICE-lite, DTLS passive, every candidate in it, nothing to follow.
 * The host is asked for stereo Opus at 128 kb/s; Chrome sends 32 kb/s mono otherwise.
 */
export function writeAnswer(offer: Offer, parameters: AnswerParameters): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${offer.mid}`,
    "a=msid-semantic: WMS *",
  ];
  for (const section of offer.sections) {
    if (section.chosen) lines.push(...audioSection(offer, parameters));
    else lines.push(...refusedSection(section));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function refusedSection({ kind, profile, format, mid }: Offer["sections"][number]): string[] {
  const lines = [`m=${kind} 0 ${profile} ${format}`, "c=IN IP4 0.0.0.0"];
  return isToken(mid) ? [...lines, `a=mid:${mid}`] : lines;
}

function audioSection(offer: Offer, { media, ...parameters }: AnswerParameters): string[] {
  const pt = offer.payloadType;
  const first = parameters.addresses[0] ?? "127.0.0.1";
  return [
    `m=audio ${parameters.port} UDP/TLS/RTP/SAVPF ${pt}`,
    `c=IN ${first.includes(":") ? "IP6" : "IP4"} ${first}`,
    `a=mid:${offer.mid}`,
    `a=${media.direction}`,
    `a=ice-ufrag:${parameters.ufrag}`,
    `a=ice-pwd:${parameters.password}`,
    `a=fingerprint:${parameters.fingerprint.algorithm} ${parameters.fingerprint.value}`,
    "a=setup:passive",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    `a=rtpmap:${pt} opus/48000/2`,
    `a=rtcp-fb:${pt} nack`,
    ...(media.direction === "recvonly"
      ? [
          `a=fmtp:${pt} minptime=10;useinbandfec=0;stereo=1;sprop-stereo=1;maxaveragebitrate=${OPUS_BITRATE}`,
          `a=ptime:${media.packetTimeMs}`,
        ]
      : [
          `a=fmtp:${pt} minptime=10;useinbandfec=0;stereo=1;sprop-stereo=1`,
          "a=msid:lightwall song",
          `a=ssrc:${media.ssrc} cname:lightwall`,
        ]),
    ...parameters.addresses.map(
      // One component, host candidates only; the priority is RFC 8445 §5.1.2.1 with falling local preference.
      (address, index) =>
        `a=candidate:${index + 1} 1 udp ${126 * 2 ** 24 + (65_535 - index) * 256 + 255} ${address} ${parameters.port} typ host`,
    ),
    "a=end-of-candidates",
  ];
}

function parse(sdp: string): SessionDescription {
  const needed = neededLines(sdp);
  try {
    const description = SessionDescription.parse(needed);
    if (description.media.length > 0) return description;
  } catch (cause) {
    throw new LightwallError("offer-invalid", cause);
  }
  throw new LightwallError("offer-invalid");
}

/** A section without a direction is `sendrecv` (RFC 8866 §6.7). */
function sendsMedia(media: MediaDescription): boolean {
  if (media.kind !== "audio" && media.kind !== "video") return false;
  return media.direction !== "recvonly" && media.direction !== "inactive";
}

function opusOf(media: MediaDescription) {
  return media.rtp.codecs.find(
    (codec) =>
      codec.mimeType.toLowerCase() === "audio/opus" &&
      codec.clockRate === 48_000 &&
      isPayloadType(codec.payloadType),
  );
}

/** Payload types 64–95 would be taken for RTCP on a shared port (RFC 5761 §4). */
function isPayloadType(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 127 && (value < 64 || value > 95);
}

/**
 * Whether it can be a browser's ICE user name fragment or password: any text of a length that RFC 8839 §5.4
 * allows.
 */
function isIceText(value: string | undefined): value is string {
  return value !== undefined && value.length > 0 && value.length <= ICE_LENGTH_MAX;
}

function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[\w.~!#$%&'*+^`{|}-]{1,32}$/.test(value);
}

/**
 * All fingerprints that can be checked: a browser may name several, of several certificates or hashes, and
 * have any of them (RFC 8122 §5). werift has put the session's into each section, and leaves out what a line
 * does not have.
 */
function fingerprintsOf(media: MediaDescription): Fingerprint[] {
  return (media.dtlsParams?.fingerprints ?? [])
    .map(({ algorithm = "", value = "" }) => ({
      algorithm: algorithm.toLowerCase(),
      value: value.toUpperCase(),
    }))
    .filter(isFingerprint)
    .slice(0, FINGERPRINTS_MAX);
}

/** Whether it is as many hex pairs, joined by colons, as its hash has bytes (RFC 8122 §5). */
function isFingerprint({ algorithm, value }: Fingerprint): boolean {
  const bytes = FINGERPRINT_HASHES.get(algorithm);
  return bytes !== undefined && value.length === bytes * 3 - 1 && /^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value);
}
