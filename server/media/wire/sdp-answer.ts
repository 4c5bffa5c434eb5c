import type { Fingerprint, PictureSpec } from "../model.ts";
import { type PictureFormat, TRANSPORT_FEEDBACK_URI } from "./picture-sections.ts";
import type { Offer, OfferedPicture, Section } from "./sdp-offer.ts";
import { isToken } from "./sdp-text.ts";

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
  /** The layers of the picture that the answer accepts. Default: none. */
  pictures?: readonly PictureSpec[];
}

/** Bit rate that the host is asked for: at this rate, stereo Opus is transparent. */
const OPUS_BITS_PER_SECOND = 128_000;
/** Format parameters of the Opus track in both directions (RFC 7587 §6.1). */
const OPUS_FORMAT = "minptime=10;useinbandfec=0;stereo=1;sprop-stereo=1";

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
    const { picture } = section;
    const spec = picture && parameters.pictures?.find(({ layer }) => layer === picture.layer);
    if (section.chosen) lines.push(...audioSection(offer, parameters));
    else if (spec) lines.push(...pictureSection(section, picture, spec, parameters));
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

/** Feedback that a browser may send about pictures (RFC 4585 §4.2, RFC 5104 §7.1). */
const PICTURE_FEEDBACK = ["nack", "nack pli", "ccm fir"];
/** What the server also sends to a host: the rate at which it may send, and what has arrived when. */
const RATE_FEEDBACK = ["goog-remb", "transport-cc"];

/** Accepts a layer of the picture. */
function pictureSection(
  { mid }: Section,
  { formats, transportFeedback }: OfferedPicture,
  { layer, ssrc }: PictureSpec,
  parameters: AnswerParameters,
): string[] {
  const { direction } = parameters.media;
  const isHost = direction === "recvonly";
  const format = formats.map(({ payloadType }) => payloadType).join(" ");
  return [
    ...transportLines({ kind: "video", format, mid }, parameters),
    ...(isHost && transportFeedback !== undefined
      ? [`a=extmap:${transportFeedback} ${TRANSPORT_FEEDBACK_URI}`]
      : []),
    `a=${direction}`,
    ...formats.flatMap((one) => formatLines(one, isHost)),
    // Each layer in a stream of its own: browsers delay the sound of a stream until its picture is there.
    ...(isHost ? [] : [`a=msid:lightwall-${layer} ${layer}`, `a=ssrc:${ssrc} cname:lightwall`]),
    ...candidateLines(parameters),
  ];
}

function formatLines({ codec, payloadType: pt, parameters, feedback }: PictureFormat, isHost: boolean) {
  const kinds = isHost ? [...PICTURE_FEEDBACK, ...RATE_FEEDBACK] : PICTURE_FEEDBACK;
  return [
    `a=rtpmap:${pt} ${codec}/90000`,
    // An answer has no feedback that the offer does not have (RFC 4585 §4.2).
    ...kinds.filter((kind) => feedback.has(kind)).map((kind) => `a=rtcp-fb:${pt} ${kind}`),
    ...(parameters === undefined ? [] : [`a=fmtp:${pt} ${parameters}`]),
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
