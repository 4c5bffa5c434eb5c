import { expect, test } from "vitest";
import { FrameOrder } from "../../../../../client/listener/ear/frame-order.ts";

/** CELT, 20 ms: 960 samples. */
const TWENTY_MS = Uint8Array.of(31 << 3);
/** CELT, three frames of 20 ms. */
const SIXTY_MS = Uint8Array.of((31 << 3) | 3, 3);

function add(order: FrameOrder, ...timestamps: number[]): boolean[] {
  return timestamps.map(
    (timestamp) => order.add({ timestamp: timestamp >>> 0, data: TWENTY_MS }) !== undefined,
  );
}

const positions = (frames: readonly { position: number }[]) => frames.map(({ position }) => position);

test("frames in order are released as they come", () => {
  const order = new FrameOrder();
  add(order, 960);
  expect(positions(order.release(1_000))).toEqual([960]);
  add(order, 1_920, 2_880);
  expect(positions(order.release(0))).toEqual([1_920, 2_880]);
});

test("frames that came out of order are released in order", () => {
  const order = new FrameOrder();
  add(order, 0);
  order.release(1);
  add(order, 2_880, 1_920, 960);
  expect(positions(order.release(0))).toEqual([960, 1_920, 2_880]);
});

test("a frame after a gap waits until it is late, and the gap is listed until then", () => {
  const order = new FrameOrder();
  add(order, 0);
  order.release(1);
  add(order, 2_880);
  expect(order.release(2_880)).toEqual([]);
  expect(order.gaps).toEqual([{ from: 960, to: 2_880 }]);
  expect(positions(order.release(2_881))).toEqual([2_880]);
  expect(order.gaps).toEqual([]);
});

test("a frame that fills a gap in time is released before its successors", () => {
  const order = new FrameOrder();
  add(order, 0);
  order.release(1);
  add(order, 1_920);
  add(order, 960);
  expect(positions(order.release(0))).toEqual([960, 1_920]);
});

test("a frame is taken once, whichever way it comes", () => {
  const order = new FrameOrder();
  expect(add(order, 0, 0)).toEqual([true, false]);
  order.release(1);
  expect(add(order, 0)).toEqual([false]);
});

test("a frame that comes after its successors were released counts once, and is not released", () => {
  const order = new FrameOrder();
  add(order, 0);
  order.release(1);
  add(order, 3_840);
  order.release(4_000);
  expect(add(order, 1_920, 1_920, 960, 960)).toEqual([true, false, true, false]);
  expect(order.release(Number.POSITIVE_INFINITY)).toEqual([]);
  expect(order.gaps).toEqual([]);
  // The last of the gap.
  expect(add(order, 2_880, 2_880)).toEqual([true, false]);
});

test("positions continue over a wrap of the RTP time, also if frames cross it out of order", () => {
  const order = new FrameOrder();
  add(order, -960);
  expect(positions(order.release(2 ** 33))).toEqual([2 ** 32 - 960]);
  add(order, 960, 0);
  expect(positions(order.release(0))).toEqual([2 ** 32, 2 ** 32 + 960]);
});

test("a change of the packet time leaves no gap", () => {
  const order = new FrameOrder();
  order.add({ timestamp: 0, data: SIXTY_MS });
  add(order, 2_880);
  expect(positions(order.release(1))).toEqual([0, 2_880]);
});

test("a frame far from the others begins a new stream", () => {
  const order = new FrameOrder();
  add(order, 0);
  order.release(1);
  add(order, 50_000_000);
  expect(positions(order.release(0))).toEqual([]);
  expect(positions(order.release(50_000_001))).toEqual([50_000_000]);
});

test("a malformed packet is not taken", () => {
  const order = new FrameOrder();
  expect(order.add({ timestamp: 0, data: new Uint8Array() })).toBeUndefined();
});
