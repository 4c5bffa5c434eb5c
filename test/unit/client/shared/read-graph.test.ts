import { expect, test } from "vitest";
import { readGraph } from "../../../../client/shared/read-graph.ts";

/** A context that renders 10 ms in the midst of each of the first so many reads. */
function graph(renders: number) {
  const context = { currentTime: 1 };
  let reads = 0;
  const read = () => {
    const heard = `at ${context.currentTime.toFixed(2)}`;
    if (reads++ < renders) context.currentTime += 0.01;
    return heard;
  };
  return { context: context as unknown as BaseAudioContext, read, reads: () => reads };
}

test("reads once where the graph stands still meanwhile", () => {
  const { context, read, reads } = graph(0);
  expect(readGraph(context, read)).toEqual(["at 1.00", 1]);
  expect(reads()).toBe(1);
});

test("reads again what was rendered while it read", () => {
  const { context, read } = graph(2);
  expect(readGraph(context, read)).toEqual(["at 1.02", 1.02]);
});

test("takes what there is from a graph that never stands still", () => {
  const { context, read, reads } = graph(Number.POSITIVE_INFINITY);
  readGraph(context, read);
  expect(reads()).toBe(3);
});
