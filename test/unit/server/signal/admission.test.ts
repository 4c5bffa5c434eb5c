import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { error, HELLO, SignalStage, types } from "../../../support/signal-stage.ts";

let stage: SignalStage;

beforeEach(() => {
  stage = new SignalStage();
});

test("a wall with a password admits listeners that send it, and refuses others with the reason", () => {
  const { host, code } = stage.hosted();
  const inside = stage.listening(code);
  expect(host.send({ type: "protect", password: "sesame" })).toEqual([]);
  const page = stage.page();
  expect(page.send(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
  expect(page.send({ type: "join", code, password: "simsim" })).toEqual([error("password-wrong", "join")]);
  expect(types(page.send({ type: "join", code, password: "sesame" }))).toEqual(["joined"]);
  expect(inside.send({ type: "protect", password: "" }).at(-1)).toEqual(error("host-only", "protect"));
  host.send({ type: "protect", password: "" });
  expect(types(stage.page().send(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
  expect(stage.logged).not.toMatch(/sesame|simsim/);
});

test("a password that the host sends with its join applies to every listener after it", () => {
  const { code, hostKey } = stage.rooms.open();
  stage.page().send(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(stage.page().send(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
  stage.page().send(HELLO, { type: "join", code, hostKey });
  expect(stage.page().send(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
});

describe("a network that guesses", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Advances the clock and the timers. */
  function pass(ms: number): void {
    stage.time += ms;
    vi.advanceTimersByTime(ms);
  }

  test("waits before each further password, even the right one; a host with its key does not wait", () => {
    const { host, code, hostKey } = stage.hosted();
    host.send({ type: "protect", password: "sesame" });
    const page = stage.page();
    page.send(HELLO);
    const guess = (password: string) => page.send({ type: "join", code, password });
    expect([...guess("a"), ...guess("b"), ...guess("c")]).toEqual([
      error("password-wrong", "join"),
      error("password-wrong", "join"),
      error("rate-limited", "join"),
    ]);
    expect(guess("sesame")).toEqual([error("rate-limited", "join")]);
    expect(stage.page().send(HELLO, { type: "join", code, hostKey }).at(1)).toMatchObject({ type: "joined" });
    pass(25_000);
    expect(guess("sesame")).toEqual([]);
    pass(4_999);
    expect(page.socket.take()).toEqual([]);
    pass(1);
    expect(types(page.socket.take())).toEqual(["joined"]);
  });

  test("is not delayed at other walls, with an admitted screen, or with a repeated wrong password", () => {
    const { host, code } = stage.hosted();
    const other = stage.hosted();
    for (const page of [host, other.host]) page.send({ type: "protect", password: "sesame" });
    const inside = stage.page();
    const arrival = { type: "join", code, password: "sesame", screen: "browser-1" } as const;
    expect(types(inside.send(HELLO, arrival))).toEqual(["welcome", "joined"]);
    inside.session.end();
    const old = () => stage.page().send(HELLO, { type: "join", code, password: "yesterday" }).at(-1);
    for (let n = 0; n < 40; n++) expect(old()).toEqual(error("password-wrong", "join"));
    for (const password of ["a", "b"]) stage.page().send(HELLO, { type: "join", code, password });
    expect(old()).toEqual(error("password-wrong", "join"));
    const fresh = (to: string) => stage.page().send(HELLO, { type: "join", code: to, password: "sesame" });
    expect(fresh(code).at(-1)).toEqual(error("rate-limited", "join"));
    expect(types(fresh(other.code))).toEqual(["welcome", "joined"]);
    expect(types(stage.page().send(HELLO, arrival))).toEqual(["welcome", "joined"]);
    host.send({ type: "protect", password: "another" });
    expect(stage.page().send(HELLO, arrival).at(-1)).toEqual(error("rate-limited", "join"));
  });

  test("waits before each further code, even a right one; a repeated code is not counted", () => {
    const { code } = stage.hosted();
    const page = stage.page("203.0.113.5");
    page.send(HELLO);
    const join = (typed: string) => page.send({ type: "join", code: typed }).at(-1);
    for (let n = 0; n < 50; n++) expect(join("AAAAA")).toEqual(error("code-unknown", "join"));
    expect(join("CCCCC")).toEqual(error("code-unknown", "join"));
    expect(join("DDDDD")).toEqual(error("rate-limited", "join"));
    expect(join(code)).toEqual(error("rate-limited", "join"));
    expect(join("AAAAA")).toEqual(error("code-unknown", "join"));
    pass(20_000);
    expect(join(code)).toBeUndefined();
    pass(10_000);
    expect(types(page.socket.take())).toEqual(["joined"]);
  });

  test("is not delayed on its way to a wall that it has found before or hosts", () => {
    const { code } = stage.hosted();
    for (const guess of ["AAAAA", "CCCCC"]) stage.page().send(HELLO, { type: "join", code: guess });
    expect(stage.page().send(HELLO, { type: "join", code: "DDDDD" }).at(-1)).toEqual(
      error("rate-limited", "join"),
    );
    expect(types(stage.page().send(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
    expect(types(stage.page("203.0.113.5").send(HELLO, { type: "join", code }))).toEqual([
      "welcome",
      "joined",
    ]);
  });

  test("is not admitted after the delay if the page has left or sent another join", () => {
    const { code } = stage.hosted();
    const [gone, elsewhere] = [stage.page("203.0.113.5"), stage.page("203.0.113.5")];
    for (const guess of ["AAAAA", "CCCCC"]) gone.send(HELLO, { type: "join", code: guess });
    pass(20_000);
    gone.send({ type: "join", code });
    gone.session.end();
    elsewhere.send(HELLO);
    pass(30_000);
    elsewhere.send({ type: "join", code });
    elsewhere.send({ type: "join", code: "AAAAA" });
    pass(60_000);
    expect(stage.rooms.find(code).listenerCount).toBe(0);
  });
});

test("the walls that one network opens and the joins that it sends are limited", () => {
  const page = stage.page();
  page.send(HELLO);
  const opened = [1, 2, 3, 4].flatMap(() => page.send({ type: "open-room" }));
  expect(types(opened)).toEqual(["room-opened", "room-opened", "room-opened", "error"]);
  expect(opened.at(-1)).toEqual(error("rate-limited", "open-room"));
  const joined = Array.from({ length: 61 }, () => page.send({ type: "join", code: "NOPE" })).flat();
  expect(joined.filter((message) => "code" in message && message.code === "rate-limited")).toHaveLength(1);
});

test("pages that wait for a wall are admitted when its host joins", async () => {
  const { code, hostKey } = stage.hosted();
  stage.rooms.close("server stopping");
  const waiting = () => stage.listening(code);
  const [first, second, left, elsewhere, guesser] = [waiting(), waiting(), waiting(), waiting(), waiting()];
  left.session.end();
  const other = stage.hosted();
  elsewhere.send({ type: "join", code: other.code });
  guesser.send({ type: "join", code, password: "guess" });
  for (const page of [first, second, guesser]) page.socket.take();

  stage.page().send(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(first.socket.take()).toEqual([error("password-needed", "join")]);
  await vi.waitFor(() => expect(guesser.socket.take()).toEqual([error("password-wrong", "join")]));
  expect(second.socket.take()).toEqual([error("password-needed", "join")]);
  expect(stage.rooms.find(code).listenerCount).toBe(0);
  expect(elsewhere.socket.take()).toEqual([]);

  stage.rooms.close("server stopping");
  second.send({ type: "join", code, password: "sesame" });
  stage.page().send(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(types(second.socket.take())).toEqual(["joined"]);
});

test("listeners that use up the joins of an address do not block the host at that address", () => {
  const { code, hostKey } = stage.hosted();
  stage.rooms.close("server stopping");
  const pages = Array.from({ length: 5 }, () => stage.listening(code));
  for (let n = 0; n < 12; n++) for (const page of pages) page.send({ type: "join", code });
  expect(pages[0]!.send({ type: "join", code })).toEqual([error("rate-limited", "join")]);
  const host = stage.page();
  expect(types(host.send(HELLO, { type: "join", code, hostKey })).slice(0, 2)).toEqual(["welcome", "joined"]);
  expect(types(pages[1]!.socket.take())).toEqual([]);
});

test("a full server refuses new listeners and walls, admits hosts with a key, and keeps its members", () => {
  const { host, code, hostKey } = stage.hosted();
  const inside = stage.listening(code);
  stage.connecting = 5;
  const page = stage.page();
  expect(page.send(HELLO, { type: "join", code }).at(-1)).toEqual(error("server-full", "join"));
  expect(page.send({ type: "open-room" })).toEqual([error("server-full", "open-room")]);
  // Where another server carries the same walls and has room, the page is sent there.
  Object.assign(stage.elsewhere, { sites: ["https://two"], hasRoomElsewhere: true });
  const sent = { type: "nodes", sites: ["https://two"], go: true };
  expect(page.send({ type: "join", code })).toEqual([sent]);
  Object.assign(stage.elsewhere, { sites: [], hasRoomElsewhere: false });
  expect(types(inside.socket.take())).not.toContain("error");
  host.session.end();
  expect(types(page.send({ type: "join", code, hostKey }))).toContain("joined");
  stage.connecting = 4;
  expect(types(stage.page().send(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
});
