import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { now } from "../../../../../server/media/clock.ts";
import { Catcher } from "../../../../support/catcher.ts";
import { PictureStage, SSRCS, type TestListener } from "../../../../support/picture-stage.ts";
import { SeededRandom } from "../../../../support/seeded-random.ts";

let stage: PictureStage;

beforeEach(() => {
  stage = new PictureStage();
});

afterEach(() => stage.close());

/** Good reports about the low layer until the listener wants the high one. Returns the last one's time. */
function reportWell(listener: TestListener, from = now() + 3_000): number {
  listener.report("low", 0, from);
  listener.report("low", 0, from + 5_000);
  return from + 5_000;
}

/** Both layers flow, and a listener gets the low one. */
async function watching() {
  await stage.play("high", "key");
  await stage.play("low", "key");
  const listener = stage.listen();
  await stage.play("low", "key");
  return listener;
}

/** What the verifier finds: each packet has an index, a tag and keystream of its own, and the right ones. */
const NO_FAULTS = { tagWrong: 0, keystreamWrong: 0, indexTwice: 0, keystreamTwice: 0, strayed: 0 };

const texts = (listener: TestListener) => listener.received().map(({ text }) => text);

describe("a listener of pictures", () => {
  test("gets the low layer from its next key frame on, under its own SSRC", async () => {
    await stage.play("high", "key");
    await stage.play("low", "key");
    const listener = stage.listen();
    expect(stage.wanted).toEqual(["low"]);
    await stage.play("low", "delta");
    expect(listener.caught).toEqual([]);
    await stage.play("low", "key");
    await stage.play("low", "delta");
    await stage.play("high", "key");
    const received = listener.received();
    expect(received.map(({ text }) => text)).toEqual(["low 2", "low 3"]);
    for (const { ssrc, payloadType } of received) expect([ssrc, payloadType]).toEqual([SSRCS.low, 96]);
    expect(received[1]!.sequence - received[0]!.sequence).toBe(1);
    expect(received[1]!.timestamp - received[0]!.timestamp).toBe(3_000);
  });

  test("that is there before the pictures gets their first key frame, without a request", async () => {
    const listener = stage.listen();
    await stage.play("low", "key");
    await stage.play("low");
    expect(texts(listener)).toEqual(["low 0", "low 1"]);
    expect(stage.wanted).toEqual([]);
  });

  test("gets the only layer of its offer, and the only one that flows", async () => {
    await stage.play("high", "key");
    const [both, high, low] = [stage.listen(), stage.listen(["high"]), stage.listen(["low"])];
    await stage.play("high", "key");
    expect([both, high, low].map(texts)).toEqual([["high 1"], ["high 1"], []]);
    await stage.play("low", "key");
    await stage.play("low", "key");
    expect(texts(low)).toEqual(["low 0", "low 1"]);
    expect(texts(high)).toEqual([]);
  });

  test("changes the layer at a key frame, and gets the former one until then", async () => {
    const listener = await watching();
    reportWell(listener);
    await stage.play("low", "delta");
    await stage.play("high", "delta");
    await stage.play("low", "delta");
    await stage.play("high", "key");
    await stage.play("low", "delta");
    await stage.play("high", "delta");
    expect(texts(listener)).toEqual(["low 1", "low 2", "low 3", "high 2", "high 3"]);
    expect(listener.sender.layer).toBe("high");
  });

  test("that loses packets falls to low, and others stay", async () => {
    const [lossy, other] = [await watching(), stage.listen()];
    await stage.play("low", "key");
    const time = Math.max(reportWell(lossy), reportWell(other));
    await stage.play("high", "key");
    expect([lossy, other].map(({ sender }) => sender.layer)).toEqual(["high", "high"]);
    lossy.report("high", 0.2, time + 3_000);
    other.report("high", 0, time + 3_000);
    // What fills its link ends at once, not at the key frame.
    expect([lossy, other].map(({ sender }) => sender.layer)).toEqual([undefined, "high"]);
    await stage.play("low", "key");
    expect([lossy, other].map(({ sender }) => sender.layer)).toEqual(["low", "high"]);
  });

  test("that misses a quarter of the high layer falls to low at once, without a report", async () => {
    const listener = await watching();
    reportWell(listener);
    await stage.play("high", "key");
    for (let n = 0; n < 12; n++) await stage.play("high");
    const first = listener.received().find(({ ssrc }) => ssrc === SSRCS.high)!.sequence;
    listener.nack("high", [first + 1, first + 2]);
    expect(listener.sender.layer).toBe("high");
    listener.nack(
      "high",
      Array.from({ length: 10 }, (_, n) => first + n),
    );
    expect(listener.sender.layer).toBeUndefined();
    await stage.play("low", "key");
    expect(listener.sender.layer).toBe("low");
  });

  test("waits for a key frame from its first packet on, though later ones have come before", async () => {
    const listener = await watching();
    reportWell(listener);
    await stage.play("high", "part", { index: 5 });
    await stage.play("high", "part", { index: 6 });
    await stage.play("high", "key", { index: 4 });
    await stage.play("high", "delta", { index: 7 });
    const received = listener.received().filter(({ ssrc }) => ssrc === SSRCS.high);
    expect(received.map(({ text }) => text)).toEqual(["high 4", "high 7"]);
    const first = received[0]!.sequence;
    listener.nack("high", [first + 1, first + 2, first - 1]);
    expect(texts(listener)).toEqual(["high 5", "high 6"]);
  });

  test("no number is used for two packets, however it changes, and whatever comes late", async () => {
    const random = new SeededRandom(22);
    const listener = await watching();
    const seen = new Map<string, string>();
    let time = now() + 10_000;
    let changes = 0;
    for (let round = 0; round < 400; round++) {
      const former = listener.sender.layer;
      time += 300_000;
      if (former === "low") reportWell(listener, time);
      else listener.report("high", 0.5, time);
      for (const layer of ["high", "low"] as const) {
        // Some packets are missing, and some of those come late, around the change.
        const index = (await stage.play(layer, "delta")) + 1 + random.below(12);
        await stage.play(layer, random.below(3) === 0 ? "delta" : "key", { index });
        await stage.play(layer, "delta", { index: Math.max(0, index - 1 - random.below(8)) });
        await stage.play(layer, "delta");
      }
      if (listener.sender.layer !== former) changes++;
      const newest = listener.caught.at(-1)!.readUInt16BE(2);
      for (const layer of ["high", "low"] as const)
        listener.nack(
          layer,
          Array.from({ length: 30 }, (_, n) => newest + 3 - n),
        );
    }
    for (const packet of listener.caught) {
      const name = `${packet.readUInt32BE(8)} ${packet.readUInt16BE(2)}`;
      const bytes = packet.toString("hex");
      expect(seen.get(name) ?? bytes).toBe(bytes);
      seen.set(name, bytes);
    }
    expect(stage.verifier.faults).toEqual(NO_FAULTS);
    expect(changes).toBeGreaterThan(50);
    expect(seen.size).toBeGreaterThan(300);
    expect(listener.received().length).toBe(seen.size);
  });

  test("a retransmission of a picture is answered, 200 a second at most", async () => {
    const listener = await watching();
    for (let n = 0; n < 20; n++) await stage.play("low");
    const [first] = listener.received();
    for (let n = 0; n < 30; n++)
      listener.nack(
        "low",
        Array.from({ length: 10 }, (_, m) => first!.sequence + m),
      );
    const again = listener.caught.length - 21;
    expect(again).toBeGreaterThanOrEqual(200);
    expect(again).toBeLessThanOrEqual(205);
  });

  test("numbers go on across rollovers, also those that pass while the other layer is sent", async () => {
    const listener = await watching();
    let time = now() + 10_000;
    for (let round = 0; round < 12; round++) {
      time += 300_000;
      const former = listener.sender.layer!;
      if (former === "low") reportWell(listener, time);
      else listener.report("high", 0.5, time);
      for (const layer of ["high", "low"] as const) {
        for (let n = 0; n < 10; n++) {
          const last = await stage.play(layer, n === 5 ? "key" : "delta");
          await stage.play(layer, "delta", { index: last + 8_000 });
        }
      }
      expect(listener.sender.layer).not.toBe(former);
    }
    const sent = listener.caught.length;
    const received = listener.received();
    expect(received.length).toBe(sent);
    expect(stage.verifier.faults).toEqual(NO_FAULTS);
    for (const layer of ["high", "low"] as const) {
      const numbers = received.filter(({ ssrc }) => ssrc === SSRCS[layer]).map(({ index }) => index);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(numbers.at(-1)! - numbers[0]!).toBeGreaterThan(3 * 0x1_0000);
    }
  });

  test("what was sent is forgotten when no more pictures come", async () => {
    const listener = await watching();
    const [first] = listener.received();
    const { length } = listener.caught;
    listener.nack("low", [first!.sequence]);
    expect(listener.caught.length).toBe(length + 1);
    stage.pictures.tick(now() + 2_100);
    listener.nack("low", [first!.sequence]);
    expect(listener.caught.length).toBe(length + 1);
    await stage.play("low");
    expect(texts(listener)).toEqual(["low 2"]);
  });

  test("is followed to another address, in this layer and the next one", async () => {
    const listener = await watching();
    const elsewhere: Buffer[] = [];
    listener.sender.moveTo(new Catcher(elsewhere));
    await stage.play("low");
    reportWell(listener);
    await stage.play("high", "key");
    expect(elsewhere.map((packet) => packet.readUInt32BE(8))).toEqual([SSRCS.low, SSRCS.high]);
    expect(listener.caught.length).toBe(1);
  });

  test("a listener's requests for key frames are limited", async () => {
    const listener = await watching();
    stage.wanted.length = 0;
    const requested = stage.pictures.stream("low");
    let wishes = 0;
    requested.requestKeyframe = () => {
      wishes++;
    };
    for (let n = 0; n < 50; n++) listener.sender.receive({ kind: "keyframe", ssrc: SSRCS.low }, now());
    listener.sender.receive({ kind: "keyframe", ssrc: SSRCS.high }, now());
    expect(wishes).toBe(4);
  });

  test("a stream that goes on in another codec has another payload type, or ends", async () => {
    await stage.play("low", "key");
    const both = stage.listen(["low"], { VP8: 96, H264: 108 });
    const one = stage.listen(["low"], { VP8: 97 });
    await stage.play("low", "key");
    stage.wanted.length = 0;
    await stage.play("low", "key", { codec: "H264", hex: "6742" });
    await stage.play("low", "key", { codec: "H264", hex: "4100" });
    expect(both.received().map(({ payloadType }) => payloadType)).toEqual([96, 108, 108]);
    expect(one.received().map(({ payloadType }) => payloadType)).toEqual([97]);
    // It does not wait for a key frame that it could not show.
    for (let n = 0; n < 5; n++) one.report("low", 0, now() + n * 10_000);
    expect(stage.wanted).toEqual([]);
  });

  test("sender reports count what the listener was sent, over all changes", async () => {
    const listener = await watching();
    await stage.play("low");
    listener.sender.tick(now());
    const report = listener.rtcp.at(-1)!;
    expect(report.readUInt32BE(4)).toBe(SSRCS.low);
    expect(report.readUInt32BE(20)).toBe(2);
  });

  test("a closed one gets nothing, and nothing waits for it", async () => {
    const listener = await watching();
    reportWell(listener);
    listener.sender.close();
    listener.sender.close();
    const { length } = listener.caught;
    await stage.play("high", "key");
    await stage.play("low", "key");
    expect(listener.caught.length).toBe(length);
  });
});
