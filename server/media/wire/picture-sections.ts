import type { PictureCodec, PictureLayer } from "../model.ts";
import { isPayloadType } from "./sdp-text.ts";

/** The layers of an offer's video sections, in order. Further video sections are declined. */
export const SECTION_LAYERS: readonly PictureLayer[] = ["high", "low"];

/** The extension that numbers all packets of a transport, in `a=extmap`. */
export const TRANSPORT_FEEDBACK_URI =
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/** Ids that fit into an extension header of one byte (RFC 8285 §4.2). */
const EXTENSION_ID_MAX = 14;
/** H264 of the constrained baseline profile, which all browsers decode, as `profile-level-id` begins. */
const BASELINE = /^42e0/i;
/** A longer line is ignored: none of those that are read here comes near it. */
const LINE_CHARACTERS_MAX = 512;

/** One codec of a picture, as an answer repeats it. */
export interface PictureFormat {
  codec: PictureCodec;
  payloadType: number;
  /** The value of `a=fmtp`; undefined if it has none. */
  parameters: string | undefined;
  /** The kinds of feedback that the offer allows, as in `a=rtcp-fb`. */
  feedback: ReadonlySet<string>;
}

/** What an offer says about the picture of one video section. */
export interface PictureSection {
  /** VP8 before H264, each once. */
  formats: readonly PictureFormat[];
  /** The SSRC that the browser sends the picture with; undefined if it names none. */
  ssrc: number | undefined;
  /** Id of the extension {@link TRANSPORT_FEEDBACK_URI}; undefined if it is not offered. */
  transportFeedback: number | undefined;
}

/** The lines of one video section. */
interface VideoLines {
  payloadTypes: number[];
  codecs: Map<number, string>;
  parameters: Map<number, string>;
  feedback: Map<string, Set<string>>;
  ssrc: number | undefined;
  group: number | undefined;
  transportFeedback: number | undefined;
}

/**
 * Reads the video sections of an offer, in linear time: what werift is not given.
 * @param sdp an offer that exceeds none of the limits of offer-lines.ts
 * @returns one element for each media section; undefined for those of other kinds, and those without a codec
 * that the server forwards
 */
export function readPictureSections(sdp: string): (PictureSection | undefined)[] {
  const sections: (VideoLines | undefined)[] = [];
  for (const line of sdp.split(/\r?\n/)) {
    if (line.length > LINE_CHARACTERS_MAX) continue;
    if (line.startsWith("m=")) sections.push(line.startsWith("m=video ") ? videoLines(line) : undefined);
    else if (line.startsWith("a=")) readAttribute(line.slice(2), sections.at(-1));
  }
  return sections.map(toSection);
}

function videoLines(line: string): VideoLines {
  return {
    payloadTypes: line.split(" ").slice(3).map(Number).filter(isPayloadType),
    codecs: new Map(),
    parameters: new Map(),
    feedback: new Map(),
    ssrc: undefined,
    group: undefined,
    transportFeedback: undefined,
  };
}

function readAttribute(line: string, lines: VideoLines | undefined): void {
  const [, name, subject = "", value = ""] = /^([\w-]+):(\S+) ?(.*)$/.exec(line) ?? [];
  if (!lines || !name) return;
  switch (name) {
    case "rtpmap":
      lines.codecs.set(Number(subject), value.toUpperCase());
      break;
    case "fmtp":
      lines.parameters.set(Number(subject), value);
      break;
    case "rtcp-fb":
      lines.feedback.set(subject, (lines.feedback.get(subject) ?? new Set()).add(value.trim()));
      break;
    case "ssrc":
      lines.ssrc ??= ssrcOf(subject);
      break;
    case "ssrc-group":
      // The first SSRC of a pair is that of the picture, the second that of its retransmissions (RFC 4588).
      if (subject === "FID") lines.group ??= ssrcOf(value.split(" ")[0]!);
      break;
    case "extmap": {
      const id = Number(subject.split("/")[0]);
      if (value.trim() === TRANSPORT_FEEDBACK_URI && id >= 1 && id <= EXTENSION_ID_MAX)
        lines.transportFeedback = id;
    }
  }
}

function ssrcOf(text: string): number | undefined {
  const ssrc = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return ssrc > 0 && ssrc < 2 ** 32 ? ssrc : undefined;
}

function toSection(lines: VideoLines | undefined): PictureSection | undefined {
  if (!lines) return;
  const all = lines.payloadTypes;
  const vp8 = all.find((type) => lines.codecs.get(type) === "VP8/90000");
  const h264 = all.filter((type) => lines.codecs.get(type) === "H264/90000" && isMode1(lines, type));
  const avc = h264.find((type) => BASELINE.test(profileOf(lines, type))) ?? h264[0];
  const formats: PictureFormat[] = [];
  if (vp8 !== undefined) formats.push(formatOf(lines, "VP8", vp8));
  if (avc !== undefined) formats.push(formatOf(lines, "H264", avc));
  if (formats.length === 0) return;
  return { formats, ssrc: lines.group ?? lines.ssrc, transportFeedback: lines.transportFeedback };
}

function formatOf(lines: VideoLines, codec: PictureCodec, payloadType: number): PictureFormat {
  const feedback = new Set([
    ...(lines.feedback.get("*") ?? []),
    ...(lines.feedback.get(String(payloadType)) ?? []),
  ]);
  const parameters =
    codec === "H264"
      ? `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileOf(lines, payloadType)}`
      : undefined;
  return { codec, payloadType, parameters, feedback };
}

/** Whether packets may hold parts and several units of a picture (RFC 6184 §6.3). */
function isMode1(lines: VideoLines, payloadType: number): boolean {
  return /(^|[;\s])packetization-mode=1(;|\s|$)/.test(lines.parameters.get(payloadType) ?? "");
}

/** The profile and level; without any, baseline at level 1 (RFC 6184 §8.1). */
function profileOf(lines: VideoLines, payloadType: number): string {
  const [, profile = "42000a"] =
    /profile-level-id=([0-9a-fA-F]{6})/.exec(lines.parameters.get(payloadType) ?? "") ?? [];
  return profile;
}
