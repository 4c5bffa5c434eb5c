import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SharedWall } from "../../../../server/cluster/cluster-options.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { FarStencils } from "../../../../server/room/far-stencils.ts";
import { keepStencil } from "../../../../server/wall/kept-stencil.ts";

const stencilOf = (value: number) => ({
  ...{ width: 2, height: 2, distances: Buffer.alloc(4, value).toString("base64") },
});
const [first, second] = [keepStencil(stencilOf(1)), keepStencil(stencilOf(2))];

let time: number;
let kept: ReturnType<typeof stencilOf>;
let questions: number;
let stencils: FarStencils;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  [time, questions, kept] = [0, 0, stencilOf(1)];
  const get = async () => {
    questions++;
    const wall = { version: 1, show: FIRST_SHOW, screens: [], stencil: kept };
    return { value: { wall, delayMs: 150, password: "" } as SharedWall, revision: questions };
  };
  stencils = new FarStencils({ get }, () => time);
});

afterEach(() => vi.useRealTimers());

/** Lets time pass until a request is answered. */
async function answered(request: Promise<Buffer | undefined>): Promise<Buffer | undefined> {
  let isDone = false;
  void request.then(() => {
    isDone = true;
  });
  while (!isDone) {
    time += 200;
    await vi.advanceTimersByTimeAsync(200);
  }
  return request;
}

test("a crowd that asks for a stencil makes its node ask once", async () => {
  const bodies = await Promise.all(Array.from({ length: 50 }, () => stencils.get("K7PDX", first.id)));
  expect(bodies.every((body) => body?.equals(first.body))).toBe(true);
  expect(questions).toBe(1);
});

test("a stencil that is kept a moment later is found", async () => {
  await stencils.get("K7PDX", first.id);
  const request = stencils.get("K7PDX", second.id);
  kept = stencilOf(2);
  expect(await answered(request)).toEqual(second.body);
});

test("requests for stencils that a wall does not have ask at most five times a second", async () => {
  const requests = Array.from({ length: 100 }, (_, n) => stencils.get("K7PDX", `none ${n}`));
  expect(await answered(Promise.all(requests).then(([body]) => body))).toBeUndefined();
  expect(questions).toBeLessThanOrEqual(1 + time / 200);
});

test("answers about walls of which nobody asks any more are forgotten", async () => {
  await stencils.get("K7PDX", first.id);
  time += 60_001;
  await stencils.get("QRR4T", first.id);
  await stencils.get("K7PDX", first.id);
  expect(questions).toBe(3);
});
