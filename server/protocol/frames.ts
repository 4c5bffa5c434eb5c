/**
 * Encoded frames as binary WebSocket messages: a version byte, then for each frame its RTP time (32 bits),
 * its length in bytes (16 bits), and its bytes. Numbers are big-endian.
 */

/** First byte of every message; another one is of a later server. */
export const FRAMES_VERSION = 1;

const HEADER_BYTES = 6;

/** One encoded Opus packet with the RTP time of its first sample, as listeners get it over UDP. */
export interface TimedFrame {
  readonly timestamp: number;
  readonly data: Uint8Array;
}

/** Writes frames of less than 64 KB each as one message. */
export function encodeFrames(frames: readonly TimedFrame[]): Uint8Array {
  const length = frames.reduce((sum, { data }) => sum + HEADER_BYTES + data.length, 1);
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  message[0] = FRAMES_VERSION;
  let at = 1;
  for (const { timestamp, data } of frames) {
    view.setUint32(at, timestamp);
    view.setUint16(at + 4, data.length);
    message.set(data, at + HEADER_BYTES);
    at += HEADER_BYTES + data.length;
  }
  return message;
}

/** Reads a message; frames are views into it. Nothing of another version, and nothing that is cut short. */
export function decodeFrames(message: ArrayBuffer): TimedFrame[] {
  const view = new DataView(message);
  const frames: TimedFrame[] = [];
  if (message.byteLength === 0 || view.getUint8(0) !== FRAMES_VERSION) return frames;
  for (let at = 1; at + HEADER_BYTES <= message.byteLength; ) {
    const end = at + HEADER_BYTES + view.getUint16(at + 4);
    if (end > message.byteLength) break;
    const data = new Uint8Array(message, at + HEADER_BYTES, end - at - HEADER_BYTES);
    frames.push({ timestamp: view.getUint32(at), data });
    at = end;
  }
  return frames;
}
