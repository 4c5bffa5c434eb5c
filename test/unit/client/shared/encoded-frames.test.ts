import { expect, test } from "vitest";
import { type EncodedFrame, tapFrames } from "../../../../client/shared/encoded-frames.ts";
import type { TimedFrame } from "../../../../server/protocol/frames.ts";

/** Shows frames to a tap. */
async function tap(frames: readonly EncodedFrame[]): Promise<{ seen: TimedFrame[]; passed: EncodedFrame[] }> {
  const seen: TimedFrame[] = [];
  const passed: EncodedFrame[] = [];
  await new Promise<void>((resolve) => {
    const readable = new ReadableStream<EncodedFrame>({
      start(controller) {
        for (const frame of frames) controller.enqueue(frame);
        controller.close();
      },
    });
    const writable = new WritableStream<EncodedFrame>({
      write: (frame) => void passed.push(frame),
      close: () => resolve(),
    });
    tapFrames({ readable, writable }, (frame) => seen.push(frame));
  });
  return { seen, passed };
}

const data = Uint8Array.of(1, 2, 3).buffer;

test("every frame is shown with its RTP time and passed on as it is, in order", async () => {
  const frames = [960, 1_920].map((rtpTimestamp) => ({ data, getMetadata: () => ({ rtpTimestamp }) }));
  const { seen, passed } = await tap(frames);
  expect(seen.map(({ timestamp }) => timestamp)).toEqual([960, 1_920]);
  expect([...seen[0]!.data]).toEqual([1, 2, 3]);
  expect(passed).toEqual(frames);
});

test("older WebKit's RTP times are read where it has them", async () => {
  const { seen } = await tap([{ data, timestamp: 4_800, getMetadata: () => ({}) }]);
  expect(seen[0]!.timestamp).toBe(4_800);
});

test("a frame without an RTP time is passed on only", async () => {
  const { seen, passed } = await tap([{ data, getMetadata: () => ({}) }]);
  expect([seen.length, passed.length]).toEqual([0, 1]);
});
