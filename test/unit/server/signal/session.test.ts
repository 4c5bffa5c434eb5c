import { beforeEach, expect, test, vi } from "vitest";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "../../../../server/protocol/messages.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
import { LIGHT_MAP } from "../../../support/light-maps.ts";
import { error, HELLO, SignalStage, types } from "../../../support/signal-stage.ts";

let stage: SignalStage;

beforeEach(() => {
  stage = new SignalStage();
});

test("hello, join and offer may be sent together, without waiting for the answers", () => {
  const { code } = stage.hosted();
  const page = stage.page();
  const answers = page.send(HELLO, { type: "join", code }, { type: "offer", sdp: OFFERS.receive });
  expect(types(answers)).toEqual(["welcome", "joined", "answer"]);
  expect(stage.engine.find(code, "subscribe")?.reached).toEqual(["192.0.2.1"]);
});

test("open-room is answered with the host key, and the page has not joined yet", () => {
  const page = stage.page();
  const [, opened] = page.send(HELLO, { type: "open-room" });
  expect(opened).toMatchObject({ type: "room-opened", hostKey: expect.any(String) });
  const { code, hostKey } = opened as Extract<ServerMessage, { type: "room-opened" }>;
  expect(page.send({ type: "join", code, hostKey })[0]).toMatchObject({ type: "joined", role: "host" });
});

test("offers for the stage are known by their answers and errors", () => {
  const { host, code } = stage.hosted();
  const [page, other] = [stage.listening(code), stage.listening(code)];
  const screen = stage.rooms.find(code).wall.screens[0]!.id;
  const offer = (sdp: string) => ({ type: "offer", sdp, stage: true }) as const;
  const refused = (code: ErrorCode) => ({ ...error(code, "offer"), stage: true });
  expect(host.send(offer(OFFERS.receive))).toEqual([refused("stage-refused")]);
  expect(page.send(offer(OFFERS.send))).toEqual([refused("offer-sends")]);
  expect(page.send({ type: "stage", screen })).toEqual([error("host-only", "stage")]);
  expect(page.send({ type: "stage", screen: null })).toEqual([]);
  host.send({ type: "stage", screen });
  page.socket.take();
  other.socket.take();
  expect(page.send(offer(OFFERS.silent))).toEqual([refused("offer-no-audio")]);
  expect(page.send(offer(OFFERS.send))).toEqual([{ type: "answer", sdp: expect.any(String), stage: true }]);
  expect(other.send(offer(OFFERS.send))).toEqual([refused("offer-sends")]);
  expect(other.send({ type: "offer", sdp: OFFERS.send })).toEqual([error("offer-sends", "offer")]);
});

test("a message before hello ends the session", () => {
  const page = stage.page();
  expect(page.send({ type: "open-room" }, HELLO)).toEqual([error("hello-missing", "open-room")]);
  expect(page.socket.closedWith).toBe(4401);
});

test("another protocol version ends the session", () => {
  const page = stage.page();
  expect(page.send({ type: "hello", version: 1 })).toEqual([error("version-unsupported", "hello")]);
  expect(page.socket.closedWith).toBe(4426);
});

test("a message that has too many bytes is refused before it is decoded", () => {
  const page = stage.page();
  page.session.receive(Buffer.from("ü".repeat(501)), false);
  expect(page.socket.take()).toEqual([error("message-too-large")]);
  expect(page.socket.closedWith).toBe(4413);
});

test("a binary message is refused", () => {
  const page = stage.page();
  page.session.receive(Buffer.from(JSON.stringify(HELLO)), true);
  expect(page.socket.take()).toEqual([error("not-json")]);
});

test("after a refused join, the page may try again", () => {
  const { code, hostKey } = stage.rooms.open();
  const page = stage.page();
  page.send(HELLO);
  expect(page.send({ type: "join", code: "nowhere" })).toEqual([error("code-unknown", "join")]);
  expect(page.send({ type: "join", code, hostKey: "guess" })).toEqual([error("key-wrong", "join")]);
  expect(page.send({ type: "offer", sdp: OFFERS.send })).toEqual([error("not-in-room", "offer")]);
  expect(page.send({ type: "stop" })).toEqual([error("not-in-room", "stop")]);
  expect(types(page.send({ type: "join", code, hostKey }))).toEqual(["joined", "stats"]);
});

test("a page that has joined a wall can neither join nor open another one", () => {
  const { host, code } = stage.hosted();
  const page = stage.listening(code);
  expect(page.send({ type: "join", code })).toEqual([error("already-in-room", "join")]);
  expect(host.send({ type: "open-room" })).toEqual([error("already-in-room", "open-room")]);
});

test("commands of a host are refused from a listener", () => {
  const { code } = stage.hosted();
  const page = stage.listening(code);
  const tries: ClientMessage[] = [
    { type: "stop" },
    { type: "close-room" },
    { type: "playback", playing: true },
    { type: "set-light-map", map: LIGHT_MAP },
    { type: "set-stencil", stencil: null },
    { type: "offer", sdp: OFFERS.send },
  ];
  expect(page.send(...tries)).toEqual([
    error("host-only", "stop"),
    error("host-only", "close-room"),
    error("host-only", "playback"),
    error("host-only", "set-light-map"),
    error("host-only", "set-stencil"),
    error("offer-sends", "offer"),
  ]);
  expect(stage.rooms.find(code).status).toEqual({ state: "waiting", playing: false, title: "" });
});

test("a second page with the host key replaces the first one, whose session is closed", () => {
  const { host, code, hostKey } = stage.hosted();
  host.socket.take();
  const second = stage.page();
  const answers = second.send(HELLO, { type: "join", code, hostKey });
  expect(types(answers)).toEqual(["welcome", "joined", "stats"]);
  expect(host.socket.take()).toEqual([error("host-replaced")]);
  expect(host.socket.closedWith).toBe(4409);
  host.session.end();
  expect(stage.rooms.find(code).status.state).toBe("waiting");
});

test("a refused second page of the host stays outside and does not set the password", () => {
  const { code, hostKey } = stage.rooms.open();
  const [first, second] = [stage.page(), stage.page()];
  first.send(HELLO, { type: "join", code, hostKey, page: "page-one" });
  const join = { type: "join", code, hostKey, page: "page-two", password: "sesame" } as const;
  expect(second.send(HELLO, join)[1]).toEqual(error("host-present", "join"));
  expect(stage.rooms.find(code).password.isSet).toBe(false);
  expect(second.send({ type: "stop" })).toEqual([error("not-in-room", "stop")]);
  expect(first.socket.take().map(({ type }) => type)).not.toContain("error");
  expect(types(second.send({ ...join, takeOver: true }))).toEqual(["joined", "stats"]);
  expect(first.socket.take()).toEqual([error("host-replaced")]);
});

test("when the host closes the wall, all members are notified and may join other walls", () => {
  const { host, code, hostKey } = stage.hosted();
  const page = stage.listening(code);
  expect(host.send({ type: "close-room" })).toEqual([
    expect.objectContaining({ type: "room", room: expect.objectContaining({ state: "closed" }) }),
  ]);
  expect(types(page.socket.take())).toEqual(["room"]);
  expect(page.send({ type: "join", code })).toEqual([error("room-closed", "join")]);
  expect(host.send({ type: "join", code, hostKey })).toEqual([error("room-closed", "join")]);
  expect(types(host.send({ type: "open-room" }))).toEqual(["room-opened"]);
});

test("a pong contains the times at which the ping was received and answered", () => {
  const page = stage.page();
  page.send(HELLO);
  stage.time = 1234.5;
  expect(page.send({ type: "ping", sent: 7 })).toEqual([
    { type: "pong", sent: 7, received: 1234.5, replied: 1234.5 },
  ]);
});

test("a socket that is silent between two heartbeats is terminated", () => {
  const { host } = stage.hosted();
  host.session.heartbeat();
  host.session.markAlive();
  host.session.heartbeat();
  expect(host.socket.pings).toBe(2);
  expect(host.socket.terminated).toBe(false);
  host.session.heartbeat();
  expect(host.socket.terminated).toBe(true);
});

test("a session without hello is closed at the second heartbeat", () => {
  const page = stage.page();
  page.session.heartbeat();
  page.session.markAlive();
  page.session.heartbeat();
  expect(page.socket.take()).toEqual([error("hello-missing")]);
  expect(page.socket.closedWith).toBe(4401);
});

test("an unexpected exception is logged with its stack, and the page gets only `internal`", () => {
  const { host } = stage.hosted();
  stage.engine.publish = () => {
    throw new TypeError("a secret detail");
  };
  const answers = host.send({ type: "offer", sdp: OFFERS.send });
  expect(answers).toEqual([error("internal", "offer")]);
  expect(JSON.stringify(answers)).not.toContain("secret detail");
  expect(host.socket.closedWith).toBe(1011);
  expect(stage.logged).toContain("TypeError: a secret detail");
});

test("host keys are never logged", () => {
  const { code, hostKey } = stage.hosted();
  const page = stage.page();
  page.send(HELLO, { type: "join", code, hostKey: `${hostKey}x` }, { type: "join", code, hostKey });
  expect(stage.logged).toContain(page.session.id);
  expect(stage.logged).not.toContain(hostKey.split(".")[1]);
});

test("a closed session neither sends nor handles messages", () => {
  const { host, code } = stage.hosted();
  host.session.close("server-stopping");
  expect(host.socket.closedWith).toBe(1012);
  host.socket.take();
  expect(host.send({ type: "ping", sent: 1 })).toEqual([]);
  expect(stage.rooms.find(code).status.state).toBe("host-away");
});

test("a choice applies to the screen of the page that sends it; a host has no screen", () => {
  const { host, code } = stage.hosted();
  const choose = vi.spyOn(stage.rooms.find(code).wall, "choose");
  const page = stage.page();
  page.send(HELLO, { type: "join", code, screen: "browser-1" });
  const chosen = { band: { low: 60, high: 250 }, palette: "ocean" } as const;
  expect(page.send({ type: "choose", ...chosen })).toEqual([]);
  expect(host.send({ type: "choose", ...chosen })).toEqual([]);
  expect(choose.mock.calls).toEqual([["browser-1", chosen]]);
});

test("a page that sends too many offers is refused further ones for a while, and stays in its wall", () => {
  const { host } = stage.hosted();
  const offer = { type: "offer", sdp: OFFERS.send } as const;
  for (let n = 0; n < 5; n++) expect(types(host.send(offer))).toContain("answer");
  expect(host.send(offer)).toEqual([error("server-full", "offer")]);
  stage.time += 1_000;
  expect(types(host.send(offer))).toContain("answer");
});

test("after too many wrong host keys, further ones are rate-limited", () => {
  const { code } = stage.hosted();
  const page = stage.page();
  page.send(HELLO);
  const tries = [1, 2, 3].flatMap(() => page.send({ type: "join", code, hostKey: "guess" }));
  expect(tries).toEqual([
    error("key-wrong", "join"),
    error("key-wrong", "join"),
    error("rate-limited", "join"),
  ]);
});

test("a page gets the STUN and TURN servers when it joins and when its media has closed", () => {
  stage.stunUrls = ["stun:stun.example"];
  const { code } = stage.hosted();
  const page = stage.page();
  const answers = page.send(HELLO, { type: "join", code: "NOPE" }, { type: "join", code });
  expect(types(answers)).toEqual(["welcome", "error", "ice-servers", "joined"]);
  expect(answers[2]).toEqual({ type: "ice-servers", iceServers: [{ urls: ["stun:stun.example"] }] });
  page.send({ type: "offer", sdp: OFFERS.receive });
  stage.engine.closePeer(stage.engine.find(code, "subscribe")!.id, "consent expired");
  expect(types(page.socket.take())).toEqual(["ice-servers", "media-closed"]);
});

test("every join is counted with its outcome", () => {
  const { code } = stage.hosted();
  stage.listening(code);
  stage.page().send(HELLO, { type: "join", code: "NOPE" }, { type: "join", code, hostKey: "guess" });
  expect(stage.joins).toEqual(["host joined", "listener joined", "listener code-unknown", "host key-wrong"]);
});

test("a session that sends too many messages is closed", () => {
  const page = stage.page();
  const answers = page.send(
    HELLO,
    ...Array.from({ length: 100 }, () => ({ type: "ping", sent: 1 }) as const),
  );
  expect(types(answers.slice(0, -1)).filter((type) => type === "pong")).toHaveLength(99);
  expect(answers.at(-1)).toEqual(error("flooding"));
  expect(page.socket.closedWith).toBe(4429);
});
