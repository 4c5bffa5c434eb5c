import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UNKNOWN } from "../../../../../client/host/read/report.ts";
import { SongReader } from "../../../../../client/host/read/song-reader.ts";

/** A worker that answers when the test says so. */
class FakeWorker {
  static made: FakeWorker[] = [];
  readonly asked: unknown[] = [];
  isEnded = false;
  onmessage?: (event: { data: unknown }) => void;
  onerror?: () => void;

  constructor() {
    FakeWorker.made.push(this);
  }

  postMessage(command: unknown): void {
    this.asked.push(command);
  }

  terminate(): void {
    this.isEnded = true;
  }
}

const [one, other] = [new Blob(["one"]), new Blob(["other"])];
const report = (title: string) => ({ ...UNKNOWN, title });
const { signal } = new AbortController();
let reader: SongReader;

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal("Worker", FakeWorker);
  vi.useFakeTimers();
  reader = new SongReader();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The newest worker, once the reader has asked it. */
async function asked(): Promise<FakeWorker> {
  await vi.advanceTimersByTimeAsync(1);
  return FakeWorker.made.at(-1)!;
}

test("files are read one after the other by one worker", async () => {
  const [first, second] = [reader.read(one, signal), reader.read(other, signal)];
  const worker = await asked();
  expect(worker.asked).toEqual([{ type: "read", file: one }]);
  worker.onmessage!({ data: report("one") });
  expect(await first).toEqual(report("one"));
  expect((await asked()).asked).toHaveLength(2);
  worker.onmessage!({ data: report("other") });
  expect(await second).toEqual(report("other"));
  expect(FakeWorker.made).toHaveLength(1);
});

test("a file that is not wanted any more ends its worker; the next file gets another one", async () => {
  const attempt = new AbortController();
  const first = reader.read(one, attempt.signal).catch((error: unknown) => error);
  const second = reader.read(other, signal);
  const worker = await asked();
  attempt.abort(new Error("another song"));
  expect(await first).toEqual(new Error("another song"));
  expect(worker.isEnded).toBe(true);
  (await asked()).onmessage!({ data: report("other") });
  expect(await second).toEqual(report("other"));
  expect(FakeWorker.made).toHaveLength(2);
});

test("a file that was given up while it waited is not read", async () => {
  const attempt = new AbortController();
  const first = reader.read(one, signal);
  const second = reader.read(other, attempt.signal).catch((error: unknown) => error);
  const worker = await asked();
  attempt.abort(new Error("another song"));
  worker.onmessage!({ data: report("one") });
  await first;
  expect(await second).toEqual(new Error("another song"));
  expect(worker.asked).toHaveLength(1);
});

test("of a file on which the worker fails, nothing is known", async () => {
  const answer = reader.read(one, signal);
  (await asked()).onerror!();
  expect(await answer).toEqual(UNKNOWN);
});

test("of a file that takes for ever, nothing is known after two minutes", async () => {
  const answer = reader.read(one, signal);
  const worker = await asked();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await answer).toEqual(UNKNOWN);
  expect(worker.isEnded).toBe(true);
});

test("a worker without questions is ended, and the next question makes another one", async () => {
  const first = reader.read(one, signal);
  await vi.advanceTimersByTimeAsync(0);
  FakeWorker.made[0]!.onmessage!({ data: report("one") });
  await first;
  await vi.advanceTimersByTimeAsync(2_900);
  expect(FakeWorker.made[0]!.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(FakeWorker.made[0]!.isEnded).toBe(true);
  const next = reader.read(other, signal);
  await vi.advanceTimersByTimeAsync(0);
  FakeWorker.made[1]!.onmessage!({ data: report("other") });
  expect((await next).title).toBe("other");
});
