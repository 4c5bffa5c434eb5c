import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { STAR } from "../../../../client/wall/look/shape.ts";
import { Stencils, shapeOf } from "../../../../client/wall/stencils.ts";
import { keepStencil } from "../../../../server/wall/kept-stencil.ts";

const BYTES = Uint8Array.from([0, 8, 0, 9, ...new Uint8Array(72).fill(200)]);
const ID = "abcdefghijklmnopqrstuv";

let answers: (Response | Error)[];
let asked: string[];

beforeEach(() => {
  answers = [];
  asked = [];
  vi.stubGlobal("location", { pathname: "/w/K7QXM" });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const answer = answers.shift() ?? new Response(BYTES);
    if (answer instanceof Error) throw answer;
    return answer;
  });
});

afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a wall without a stencil has a star", () => {
  expect(new Stencils().shape(null, 0, 50_000)).toBe(STAR);
  expect(asked).toEqual([]);
});

test("a page that is opened shows its wall's stencil as soon as it is there", async () => {
  const stencils = new Stencils();
  expect(stencils.shape(ID, 0, 50_000)).toBe(STAR);
  expect(stencils.shape(ID, 16, 50_016)).toBe(STAR);
  await settled();
  expect(stencils.shape(ID, 32, 50_032)).toMatchObject({ width: 8, height: 9 });
  expect(asked).toEqual([`../stencil/K7QXM/${ID}`]);
});

test("a stencil changes a second after the wall has named it, for all screens to have it", async () => {
  const stencils = new Stencils();
  stencils.shape(null, 0, 50_000);
  stencils.shape(ID, 16, 50_016);
  await settled();
  expect(stencils.shape(ID, 900, 50_900)).toBe(STAR);
  const shape = stencils.shape(ID, 1_016, 51_016);
  expect(shape).toMatchObject({ width: 8, height: 9 });
  expect(stencils.shape(null, 2_000, 52_000)).toBe(shape);
  expect(stencils.shape(null, 3_000, 53_000)).toBe(STAR);
});

test.each([
  ["cannot be reached", () => new Error("no network")],
  ["is not there", () => new Response("", { status: 404 })],
  ["is none", () => new Response("abc")],
])("a stencil that %s is asked for again after some seconds, and not before", async (_, failure) => {
  answers = [failure()];
  const stencils = new Stencils();
  stencils.shape(ID, 0, 50_000);
  await settled();
  expect(stencils.shape(ID, 2_000, 52_000)).toBe(STAR);
  expect(asked).toHaveLength(1);
  stencils.shape(ID, 4_000, 54_000);
  stencils.shape(ID, 4_016, 54_016);
  await settled();
  expect(stencils.shape(ID, 4_032, 54_032)).toMatchObject({ width: 8, height: 9 });
  expect(asked).toHaveLength(2);
});

test("a stencil that comes when another one is wanted is left out", async () => {
  const stencils = new Stencils();
  stencils.shape(ID, 0, 50_000);
  stencils.shape(null, 1, 50_001);
  await settled();
  expect(stencils.shape(null, 2, 60_000)).toBe(STAR);
});

test("what the server serves is read as it was set", async () => {
  const stencil = { width: 8, height: 9, distances: Buffer.from(BYTES.subarray(4)).toString("base64") };
  const { body } = keepStencil(stencil);
  const stream = new Blob([new Uint8Array(body)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const shape = shapeOf(await new Response(stream).arrayBuffer());
  expect(shape).toEqual({ width: 8, height: 9, distances: BYTES.subarray(4) });
});
