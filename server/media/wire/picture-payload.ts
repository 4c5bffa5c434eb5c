import type { PictureCodec } from "../model.ts";

// Types of an H264 payload (RFC 6184 §5.2, §5.4).
const H264_IDR = 5;
const H264_PARAMETERS = 7;
const H264_AGGREGATE = 24;
const H264_FRAGMENT = 28;

/**
 * Whether a payload begins a picture that can be decoded without earlier ones. In H264 each slice of such a
 * picture does, and so do the parameters before it.
 */
export function startsKeyPicture(codec: PictureCodec, payload: Buffer): boolean {
  return codec === "VP8" ? startsVp8Key(payload) : startsH264Key(payload);
}

/** RFC 7741 §4.2: the payload descriptor; §4.3: the payload header, whose bit P is 0 in a key frame. */
function startsVp8Key(payload: Buffer): boolean {
  const [first = 0, extensions = 0] = payload;
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0;
  if (!isStart) return false;
  let at = 1;
  if (first & 0x80) {
    at++;
    const [hasId, hasIndex, hasLayer] = [extensions & 0x80, extensions & 0x40, extensions & 0x30];
    if (hasId) at += (payload[at] ?? 0) & 0x80 ? 2 : 1;
    if (hasIndex) at++;
    if (hasLayer) at++;
  }
  return at < payload.length && (payload[at]! & 0x01) === 0;
}

function startsH264Key(payload: Buffer): boolean {
  const [first = 0, second = 0] = payload;
  const type = first & 0x1f;
  if (type === H264_FRAGMENT) return (second & 0x80) !== 0 && isKeyUnit(second & 0x1f);
  if (type !== H264_AGGREGATE) return isKeyUnit(type);
  for (let at = 1; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) {
    if (isKeyUnit(payload[at + 2]! & 0x1f)) return true;
  }
  return false;
}

function isKeyUnit(type: number): boolean {
  return type === H264_IDR || type === H264_PARAMETERS;
}
