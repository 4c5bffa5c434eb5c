import { expect, test } from "vitest";
import { isThroughRelay } from "../../../../../client/listener/join/route.ts";

/** Statistics of a connection that has tried two ways. */
function told(transport: object, pairs: Record<string, object>) {
  return new Map<string, { type: string }>([
    ["audio", { type: "inbound-rtp" }],
    ["direct", { type: "candidate-pair", localCandidateId: "host", ...pairs.direct }],
    ["relayed", { type: "candidate-pair", localCandidateId: "turn", ...pairs.relayed }],
    ["host", { type: "local-candidate", candidateType: "host" }],
    ["turn", { type: "local-candidate", candidateType: "relay" }],
    ["transport", { type: "transport", ...transport }],
  ] as [string, { type: string }][]);
}

test.each([
  ["relayed", true],
  ["direct", false],
])("the pair that the transport has selected tells the way: %s", (selectedCandidatePairId, isRelayed) => {
  expect(isThroughRelay(told({ selectedCandidatePairId }, {}))).toBe(isRelayed);
});

test.each([
  ["relayed", true],
  ["direct", false],
])("in Firefox the pair says itself that it is selected: %s", (pair, isRelayed) => {
  expect(isThroughRelay(told({}, { [pair]: { selected: true } }))).toBe(isRelayed);
});

test("the way is unknown while no pair is selected", () => {
  expect(isThroughRelay(told({}, {}))).toBeUndefined();
  expect(isThroughRelay(told({ selectedCandidatePairId: "gone" }, {}))).toBeUndefined();
  expect(isThroughRelay(new Map())).toBeUndefined();
});
