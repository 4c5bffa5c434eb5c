import { randomInt } from "node:crypto";
import { type MediaDescription, SessionDescription } from "werift";
import { LightwallError } from "../../protocol/errors.ts";
import type { Fingerprint, PeerSpec, PictureLayer } from "../model.ts";
import { neededLines } from "./offer-lines.ts";
import { type PictureSection, readPictureSections, SECTION_LAYERS } from "./picture-sections.ts";
import { checkableFingerprints, isIceText, isPayloadType, isToken } from "./sdp-text.ts";

/** The parts of a browser's offer that the server needs. */
export interface Offer {
  /** `mid` of the audio section that the answer accepts. */
  mid: string;
  /** `mid` of the sections that share one transport in the answer. */
  bundle: string[];
  /** All sections of the offer in order. The answer declines all but the chosen one and pictures. */
  sections: Section[];
  /** The browser's ICE user name fragment. */
  ufrag: string;
  /** The browser's ICE password. */
  password: string;
  /** One of these must be the fingerprint of the browser's certificate. */
  fingerprints: Fingerprint[];
  /** Payload type that the offer assigns to opus/48000/2. */
  payloadType: number;
}

/** A media section of an offer. */
export interface Section {
  kind: string;
  profile: string;
  format: string;
  mid: string | undefined;
  chosen: boolean;
  /** The first codec of another section in the bundle of the chosen one, as in `a=rtpmap`. */
  bundledCodec?: string;
  /** The picture that the section offers to send or receive. */
  picture?: OfferedPicture;
}

/** A layer of the picture, as a section offers it. */
export interface OfferedPicture extends PictureSection {
  layer: PictureLayer;
}

/**
 * Reads an offer to send (`publish`) or receive (`subscribe`) one Opus track, and up to two layers of a
 * picture.
 * @param withPictures whether pictures may be accepted
 * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
 */
export function readOffer(sdp: string, purpose: "publish" | "subscribe", withPictures = true): Offer {
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
  const pictures = withPictures ? picturesOf(sdp, description.media, kept, purpose) : new Map();
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
      ...(pictures.has(media) && { picture: pictures.get(media) }),
    })),
    ufrag,
    password,
    fingerprints,
    payloadType: opusOf(audio)!.payloadType,
  };
}

/** The pictures of an offer, for its peer. Those for a listener get SSRCs of the server, at random. */
export function picturesIn(
  { sections }: Offer,
  role: PeerSpec["role"],
): Pick<PeerSpec, "pictures" | "transportFeedback"> {
  const offered = sections.flatMap(({ picture }) => picture ?? []);
  const pictures = offered.map(({ layer, formats, ssrc = 0 }) => ({
    layer,
    payloadTypes: Object.fromEntries(formats.map(({ codec, payloadType }) => [codec, payloadType])),
    ssrc: role === "publish" ? ssrc : randomInt(1, 2 ** 32),
  }));
  const transportFeedback = offered.find((picture) => picture.transportFeedback)?.transportFeedback;
  return { pictures, transportFeedback };
}

/**
 * The pictures that an offer's video sections send or receive: the first section has the high layer, the
 * second one the low layer. A host's picture is known by its SSRC, so a section without one sends none.
 */
function picturesOf(
  sdp: string,
  sections: readonly MediaDescription[],
  bundle: readonly MediaDescription[],
  purpose: "publish" | "subscribe",
): Map<MediaDescription, OfferedPicture> {
  const pictures = new Map<MediaDescription, OfferedPicture>();
  const lines = readPictureSections(sdp);
  const taken = new Set<number>();
  let videos = 0;
  for (const [n, media] of sections.entries()) {
    const layer = media.kind === "video" ? SECTION_LAYERS[videos++] : undefined;
    const section = lines[n];
    if (!layer || !section || !bundle.includes(media)) continue;
    if (purpose === "subscribe" ? media.direction !== "recvonly" : !sendsMedia(media)) continue;
    if (purpose === "publish" && (section.ssrc === undefined || taken.has(section.ssrc))) continue;
    if (section.ssrc !== undefined) taken.add(section.ssrc);
    // A host sends in one codec. A listener may get either.
    const formats = purpose === "publish" ? section.formats.slice(0, 1) : section.formats;
    pictures.set(media, { ...section, formats, layer });
  }
  return pictures;
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

function fingerprintsOf(media: MediaDescription): Fingerprint[] {
  return checkableFingerprints(media.dtlsParams?.fingerprints ?? []);
}
