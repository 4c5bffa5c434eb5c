import { beforeEach, expect, test } from "vitest";
import { OFFERS } from "../../../support/fake-engine.ts";
import { error, HELLO, SignalStage, types } from "../../../support/signal-stage.ts";

let stage: SignalStage;

beforeEach(() => {
  stage = new SignalStage();
});

test("offers that never connect use up the slots of their own network only, and hosts need no slot", () => {
  const { host, code } = stage.hosted();
  const [first, second, third] = [stage.listening(code), stage.listening(code), stage.listening(code)];
  const offer = { type: "offer", sdp: OFFERS.receive } as const;
  for (const page of [first, second]) expect(types(page.send(offer)).at(-1)).toBe("answer");
  expect(third.send(offer)).toEqual([error("server-full", "offer")]);
  expect(stage.page().send(HELLO, { type: "join", code }).at(-1)).toEqual(error("server-full", "join"));
  expect(types(host.send({ type: "offer", sdp: OFFERS.send })).at(-1)).toBe("answer");
  const elsewhere = stage.page("203.0.113.5");
  expect(types(elsewhere.send(HELLO, { type: "join", code }, offer)).at(-1)).toBe("answer");
  stage.engine.connect(code, "subscribe");
  first.session.end();
  expect(types(third.send(offer)).at(-1)).toBe("answer");
});
