import { type MediaDescription, SessionDescription } from "werift";
import { LightwallError } from "../../protocol/errors.ts";
import type { Fingerprint } from "../model.ts";
import { neededLines } from "./offer-lines.ts";

/** The parts of a browser's offer that the server needs. */
export interface Offer {
  /** `mid` of the audio section that the answer accepts. */
  mid: string;
  /** `mid` of the sections that share one transport in the answer. */
  bundle: string[];
  /** All sections of the offer in order. The answer declines all but the chosen one. */
  sections: Section[];
  /** The browser's ICE user name fragment, of {@link ICE_CHARACTERS_MAX} characters at most. */
  ufrag: string;
  /** The browser's ICE password, of {@link ICE_CHARACTERS_MAX} characters at most. */
  password: string;
  /** One of these must be the fingerprint of the browser's certificate. */
  fingerprints: Fingerprint[];
  /** Payload type that the offer assigns to opus/48000/2. */
  payloadType: number;
}

interface Section {
  kind: string;
  profile: string;
  format: string;
  mid: string | undefined;
  chosen: boolean;
  /** The first codec of another section in the bundle of the chosen one, as in `a=rtpmap`. */
  bundledCodec?: string;
}

/** An address and a port at which the server's UDP port is reached. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
}

/** The server's parameters in the answer to one peer. */
export interface AnswerParameters {
  ufrag: string;
  password: string;
  fingerprint: Fingerprint;
  /** The ways to the server's UDP port, in order of preference. */
  candidates: readonly Candidate[];
  /** Receives a host's audio, or sends audio with this SSRC to a listener. */
  media: { direction: "recvonly"; packetTimeMs: number } | { direction: "sendonly"; ssrc: number };
}

/** Bit rate that the host is asked for: at this rate, stereo Opus is transparent. */
const OPUS_BITS_PER_SECOND = 128_000;
/** Format parameters of the Opus track in both directions (RFC 7587 §6.1). */
const OPUS_FORMAT = "minptime=10;useinbandfec=0;stereo=1;sprop-stereo=1";

/**
 * Hash functions accepted in `a=fingerprint`, and the bytes of their values. RFC 8122 §5 requires SHA-256;
 * the others are stronger.
 */
const FINGERPRINT_HASHES = new Map([
  ["sha-256", 32],
  ["sha-384", 48],
  ["sha-512", 64],
]);

/** Fingerprints of one offer that are used; browsers send one. */
const FINGERPRINTS_MAX = 8;
/** Longest ICE user name fragment and password (RFC 8839 §5.4). */
const ICE_CHARACTERS_MAX = 256;

/**
 * Reads an offer to send (`publish`) or receive (`subscribe`) one Opus track.
 * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
 */
export function readOffer(sdp: string, purpose: "publish" | "subscribe"): Offer {
  const description = parse(sdp);
  if (purpose === "subscribe" && description.media.some(sendsMedia)) throw new LightwallError("offer-sends");

  const bundle = bundleOf(description);
  const audio = description.media.find(
    (media) => media.kind === "audio" && isOffered(media, bundle) && opusOf(media),
  );
  if (!audio) throw new LightwallError("offer-no-audio");
  if (purpose === "publish" && !sendsMedia(audio)) throw new LightwallError("offer-no-audio");

  const together = bundle.includes(audio) ? bundle : [audio];
  const kept = together.filter((media) => media === audio || codecOf(media));
  // The first section of the answer's bundle describes the transport of all (RFC 9143 §7.3).
  const transport = [...kept, ...together].find((media) => fingerprintsOf(media).length > 0) ?? audio;
  const { usernameFragment: ufrag, password } = transport.iceParams ?? {};
  const fingerprints = fingerprintsOf(transport);
  const mid = audio.rtp.muxId;
  // The answer makes the browser the DTLS client (RFC 8842 §5.2), so the offer must allow that.
  if (
    !isIceText(ufrag) ||
    !isIceText(password) ||
    fingerprints.length === 0 ||
    !isToken(mid) ||
    transport.dtlsParams?.role === "server"
  ) {
    throw new LightwallError("offer-invalid");
  }
  return {
    mid,
    bundle: kept.map(({ rtp }) => rtp.muxId!),
    sections: description.media.map((media) => ({
      kind: media.kind,
      profile: media.profile,
      format: String(media.fmt[0] ?? 0),
      mid: media.rtp.muxId,
      chosen: media === audio,
      ...(media !== audio && kept.includes(media) && codecOf(media)),
    })),
    ufrag,
    password,
    fingerprints,
    payloadType: opusOf(audio)!.payloadType,
  };
}

/**
 * Writes the answer to an offer: ICE-lite, DTLS passive, with all candidates. It asks the host for stereo
 * Opus at 128 kbit/s, because Chrome sends 32 kbit/s mono by default.
 */
export function writeAnswer(offer: Offer, parameters: AnswerParameters): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${offer.bundle.join(" ")}`,
    "a=msid-semantic: WMS *",
  ];
  for (const section of offer.sections) {
    if (section.chosen) lines.push(...audioSection(offer, parameters));
    else if (section.bundledCodec) lines.push(...inactiveSection(section, parameters));
    else lines.push(...refusedSection(section));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/**
 * Declines a section of the bundle, such as the picture of a program that sends sound. It does not get port
 * 0, because some programs take that for the end of their one transport: aiortc fails.
 */
function inactiveSection(
  { kind, format, mid, bundledCodec }: Section,
  parameters: AnswerParameters,
): string[] {
  return [
    ...transportLines({ kind, format, mid }, parameters),
    "a=inactive",
    `a=rtpmap:${format} ${bundledCodec}`,
    ...candidateLines(parameters),
  ];
}

/** Refuses a section that is in no bundle with the chosen one (RFC 3264 §6). */
function refusedSection({ kind, profile, format, mid }: Section): string[] {
  const lines = [`m=${kind} 0 ${profile} ${format}`, "c=IN IP4 0.0.0.0"];
  return isToken(mid) ? [...lines, `a=mid:${mid}`] : lines;
}

/** What stands in an answer without candidates: no host's address, the discard port (RFC 8840 §4.1). */
const NOWHERE: Candidate = { address: "0.0.0.0", port: 9 };

/** The beginning of a section that uses the server's transport. */
function transportLines(
  { kind, format, mid }: Pick<Section, "kind" | "format" | "mid">,
  { candidates: [first = NOWHERE], ufrag, password, fingerprint }: AnswerParameters,
): string[] {
  return [
    `m=${kind} ${first.port} UDP/TLS/RTP/SAVPF ${format}`,
    `c=IN ${first.address.includes(":") ? "IP6" : "IP4"} ${first.address}`,
    `a=mid:${mid}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    "a=setup:passive",
    "a=rtcp-mux",
    "a=rtcp-rsize",
  ];
}

function audioSection({ payloadType: pt, mid }: Offer, parameters: AnswerParameters): string[] {
  const { media } = parameters;
  return [
    ...transportLines({ kind: "audio", format: String(pt), mid }, parameters),
    `a=${media.direction}`,
    `a=rtpmap:${pt} opus/48000/2`,
    `a=rtcp-fb:${pt} nack`,
    ...(media.direction === "recvonly"
      ? [
          `a=fmtp:${pt} ${OPUS_FORMAT};maxaveragebitrate=${OPUS_BITS_PER_SECOND}`,
          `a=ptime:${media.packetTimeMs}`,
        ]
      : [`a=fmtp:${pt} ${OPUS_FORMAT}`, "a=msid:lightwall song", `a=ssrc:${media.ssrc} cname:lightwall`]),
    ...candidateLines(parameters),
  ];
}

function candidateLines({ candidates }: AnswerParameters): string[] {
  return [...candidates.map(candidateLine), "a=end-of-candidates"];
}

/**
 * A host candidate for the one component. Its priority is that of RFC 8445 §5.1.2.1, with a local preference
 * that falls from candidate to candidate.
 */
function candidateLine({ address, port }: Candidate, n: number): string {
  const priority = 126 * 2 ** 24 + (65_535 - n) * 256 + 255;
  return `a=candidate:${n + 1} 1 udp ${priority} ${address} ${port} typ host`;
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

/**
 * The sections that share one transport. The first one describes it; others may leave that out
 * (RFC 9143 §7.1.3).
 */
function bundleOf({ group, media }: SessionDescription): MediaDescription[] {
  const { items = [] } = group.find(({ semantic }) => semantic === "BUNDLE") ?? {};
  return items.flatMap((mid) => media.find(({ rtp }) => rtp.muxId === mid) ?? []);
}

/** Whether a section is in use. One of a bundle has port 0 if it has no port of its own (RFC 9143 §6). */
function isOffered(media: MediaDescription, bundle: readonly MediaDescription[]): boolean {
  return media.port !== 0 || bundle.includes(media);
}

/** Whether a section offers to send. Without a direction attribute it is `sendrecv` (RFC 8866 §6.7). */
function sendsMedia(media: MediaDescription): boolean {
  if (media.kind !== "audio" && media.kind !== "video") return false;
  return media.direction !== "recvonly" && media.direction !== "inactive";
}

/** The first codec of a section that can be declined in a bundle. */
function codecOf({ kind, fmt, rtp }: MediaDescription): Pick<Section, "bundledCodec"> | undefined {
  const codec = rtp.codecs.find(({ payloadType }) => payloadType === fmt[0]);
  const [, name = ""] = codec?.mimeType.split("/") ?? [];
  const isMedia = kind === "audio" || kind === "video";
  if (!codec || !isMedia || !isToken(name) || !isToken(rtp.muxId)) return;
  const channels = kind === "audio" && codec.channels ? `/${codec.channels}` : "";
  return { bundledCodec: `${name}/${codec.clockRate}${channels}` };
}

function opusOf(media: MediaDescription) {
  return media.rtp.codecs.find(
    (codec) =>
      codec.mimeType.toLowerCase() === "audio/opus" &&
      codec.clockRate === 48_000 &&
      isPayloadType(codec.payloadType),
  );
}

/** Excludes 64–95, which are not distinguishable from RTCP on the same port (RFC 5761 §4). */
function isPayloadType(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 127 && (value < 64 || value > 95);
}

/** Whether a text is short enough for an ICE user name fragment or password, and not empty. */
function isIceText(value: string | undefined): value is string {
  return value !== undefined && value.length > 0 && value.length <= ICE_CHARACTERS_MAX;
}

function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[\w.~!#$%&'*+^`{|}-]{1,32}$/.test(value);
}

/**
 * The fingerprints that the server can check. A browser may send several, of different certificates or hash
 * functions, and use any of them (RFC 8122 §5). werift copies fingerprints of the session to each section;
 * for an incomplete line, `algorithm` or `value` is missing.
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

/** Whether the value has the form of its hash: one hex pair for each byte, joined by colons (RFC 8122 §5). */
function isFingerprint({ algorithm, value }: Fingerprint): boolean {
  const bytes = FINGERPRINT_HASHES.get(algorithm);
  return bytes !== undefined && value.length === bytes * 3 - 1 && /^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value);
}
