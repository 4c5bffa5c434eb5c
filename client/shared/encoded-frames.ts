import type { TimedFrame } from "#protocol/frames.ts";

/** An RTCEncodedAudioFrame (W3C WebRTC Encoded Transform §6.3), as far as it is used here. */
export interface EncodedFrame {
  readonly data: ArrayBuffer;
  /** WebKit of before 2024 has the RTP time here. */
  readonly timestamp?: number;
  getMetadata(): { rtpTimestamp?: number };
}

/** The encoded frames of a sender or receiver, and where they go on. */
export interface FrameStreams {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
}

/** What a worker gets when a page gives it the frames of a sender or receiver (`onrtctransform`). */
export interface TransformEvent {
  readonly transformer: FrameStreams;
}

/**
 * Shows every encoded frame of a connection, and passes it on unchanged: the encoder's must be sent, and a
 * browser sends NACKs only for frames that reach its jitter buffer.
 * @param take gets a view of the frame's own memory, which the browser takes away afterwards
 */
export function tapFrames({ readable, writable }: FrameStreams, take: (frame: TimedFrame) => void): void {
  const tap = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, controller) {
      const timestamp = frame.getMetadata().rtpTimestamp ?? frame.timestamp;
      if (timestamp !== undefined) take({ timestamp, data: new Uint8Array(frame.data) });
      controller.enqueue(frame);
    },
  });
  // Rejects when the connection closes.
  void readable
    .pipeThrough(tap)
    .pipeTo(writable)
    .catch(() => {});
}
