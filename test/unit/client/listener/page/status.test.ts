import { describe, expect, test } from "vitest";
import { type Facts, type State, stateOf } from "../../../../../client/listener/page/status.ts";
import { nextOnScreen, screenStates } from "../../../../../client/words/en/screen.ts";

const live: Facts = {
  refusal: undefined,
  joined: true,
  room: { state: "live", playing: true, title: "" },
  locked: false,
  blocked: false,
  sounding: true,
};
const room = { state: "live", playing: true, title: "" } as const;

describe("stateOf", () => {
  const cases: [State, Partial<Facts>][] = [
    ["live", {}],
    ["silent", { sounding: false }],
    ["blocked", { blocked: true, sounding: false }],
    ["paused", { room: { ...room, playing: false } }],
    // A picture needs no music.
    ["live", { room: { ...room, playing: false, picture: "camera" }, sounding: false }],
    ["waiting", { room: { ...room, state: "waiting" } }],
    ["host-away", { room: { ...room, state: "host-away" } }],
    ["closed", { room: { ...room, state: "closed" }, joined: false }],
    ["closed", { room: { ...room, state: "closed" }, refusal: "not-open" }],
    ["connecting", { joined: false, room: undefined }],
    ["reconnecting", { joined: false }],
    ["locked", { locked: true }],
    ["full", { refusal: "full", joined: false }],
    ["unknown", { refusal: "unknown", joined: false, room: undefined }],
    ["not-open", { refusal: "not-open", joined: false }],
    ["outdated", { refusal: "outdated", joined: false }],
  ];

  test.each(cases)("is %s for %o", (state, change) => {
    expect(stateOf({ ...live, ...change })).toBe(state);
  });
});

test("each state has words, except while the light plays", () => {
  for (const words of [screenStates, nextOnScreen]) {
    const withoutText = Object.entries(words()).filter(([, text]) => text === "");
    expect(withoutText.map(([state]) => state)).toEqual(["live"]);
  }
});
