import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostBroadcast } from "../../../../../client/host/broadcast/host-broadcast.ts";
import { ownWall, renameWall } from "../../../../../client/shared/walls.ts";
import { ERRORS } from "../../../../../server/protocol/errors.ts";
import { FakePeerConnection } from "../../../../support/fake-peer-connection.ts";
import {
  CLOSED,
  clearHostPage,
  error,
  goLiveOn,
  JOINED,
  join,
  OWN,
  PAGE,
  reconnect,
  setHostPage,
  settle,
  TIMING,
  TRACK,
} from "../../../../support/host-page.ts";
import { PageSocket } from "../../../../support/page-socket.ts";

let broadcast: HostBroadcast;

beforeEach(() => {
  setHostPage();
  broadcast = new HostBroadcast(OWN, PAGE);
});

afterEach(clearHostPage);

const goLive = () => goLiveOn(broadcast);

describe("joining", () => {
  test("uses the key, and makes this page the host", () => {
    expect(PageSocket.last.url).toBe("ws://wall.example/ws");
    expect(broadcast.phase.value).toBe("connecting");
    PageSocket.last.accept();
    expect(PageSocket.last.sent).toEqual([
      { type: "hello", version: expect.any(Number) },
      { type: "ping", sent: expect.any(Number) },
      { type: "join", ...OWN, page: PAGE },
    ]);
    PageSocket.last.deliver(JOINED);
    expect(broadcast.phase.value).toBe("ready");
    expect(broadcast.timing.value).toEqual(TIMING);
    expect(PageSocket.last.sent.at(-1)).toEqual({ type: "playback", playing: false, title: "" });
  });

  test.each(["key-wrong", "code-unknown", "version-unsupported"] as const)(
    "refused with %s ends with the reason, and the key is kept",
    (code) => {
      PageSocket.last.accept();
      PageSocket.last.deliver(error(code, "join"));
      expect(broadcast.phase.value).toBe("refused");
      expect(broadcast.refusal.value).toBe(ERRORS[code].message);
      vi.advanceTimersByTime(60_000);
      expect(PageSocket.all).toHaveLength(1);
      expect(ownWall(OWN.code)).toMatchObject(OWN);
    },
  );

  test.each(["rate-limited", "rooms-full", "server-full", "wall-unreadable"] as const)(
    "refused with %s is repeated after eight seconds, and the reason is shown until it succeeds",
    (code) => {
      PageSocket.last.accept();
      PageSocket.last.deliver(error(code, "join"));
      expect(broadcast.problem.value).toBe(ERRORS[code].message);
      vi.advanceTimersByTime(7_999);
      expect(PageSocket.last.sentOf("join")).toHaveLength(1);
      vi.advanceTimersByTime(1);
      expect(PageSocket.last.sentOf("join")).toHaveLength(2);
      PageSocket.last.deliver(JOINED);
      expect(broadcast.phase.value).toBe("ready");
      expect(broadcast.problem.value).toBe("");
    },
  );

  test("on a new connection replaces the repetition that was due", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver(error("rate-limited", "join"));
    reconnect();
    PageSocket.last.deliver(JOINED);
    vi.advanceTimersByTime(8_000);
    expect(PageSocket.last.sentOf("join")).toHaveLength(1);
  });
});

test("the server learns no name, date or picture of the wall, and a password leaves them", () => {
  renameWall(OWN.code, "Summer party");
  new HostBroadcast(ownWall(OWN.code)!, PAGE);
  PageSocket.last.accept();
  expect(PageSocket.last.sentOf("join")).toEqual([{ type: "join", ...OWN, page: PAGE }]);
  expect(broadcast.protect("sesame")).toBe(false);
  PageSocket.all[0]!.accept();
  expect(broadcast.protect("sesame")).toBe(true);
  expect(ownWall(OWN.code)).toMatchObject({ name: "Summer party", password: "sesame" });
});

describe("a lost connection", () => {
  test("is made again with the key, the password and what the song does", () => {
    join();
    expect(broadcast.protect("open sesame")).toBe(true);
    broadcast.reportPlayback({ playing: true, title: "Sinnerman" });
    PageSocket.last.drop();
    expect(broadcast.phase.value).toBe("reconnecting");
    expect(broadcast.protect("another")).toBe(false);
    vi.advanceTimersByTime(250);
    join();
    expect(PageSocket.all).toHaveLength(2);
    expect(PageSocket.last.sentOf("join")).toEqual([
      { type: "join", ...OWN, page: PAGE, password: "open sesame" },
    ]);
    expect(PageSocket.last.sentOf("playback")).toEqual([
      { type: "playback", playing: true, title: "Sinnerman" },
    ]);
    expect(broadcast.phase.value).toBe("ready");
  });

  test("stops the media, which is offered again once the page is the host again", async () => {
    join();
    await goLive();
    expect(broadcast.onAir.value).toBe("live");
    PageSocket.last.drop();
    expect(broadcast.onAir.value).toBe("connecting");
    expect(FakePeerConnection.last.connectionState).toBe("closed");
    vi.advanceTimersByTime(250);
    PageSocket.last.accept();
    await settle();
    expect(PageSocket.last.sentOf("offer")).toEqual([]);
    PageSocket.last.deliver(JOINED);
    await settle();
    expect(PageSocket.last.sentOf("offer")).toEqual([{ type: "offer", sdp: "offer 2" }]);
    PageSocket.last.deliver({ type: "answer", sdp: "answer 2" });
    await settle();
    FakePeerConnection.last.become("connected");
    expect(broadcast.onAir.value).toBe("live");
  });

  test("while an answer is on its way does not make the next answer count as a late one", async () => {
    join();
    broadcast.goLive(TRACK);
    await settle();
    reconnect();
    PageSocket.last.deliver(JOINED);
    await settle();
    PageSocket.last.deliver({ type: "answer", sdp: "answer 2" });
    await settle();
    expect(FakePeerConnection.last.remoteDescription).toEqual({ sdp: "answer 2" });
  });
});

describe("a closed wall", () => {
  test("that this page has closed is forgotten", () => {
    join();
    expect(broadcast.closeWall()).toBe(true);
    PageSocket.last.deliver(CLOSED);
    expect(broadcast.phase.value).toBe("closed");
    expect(ownWall(OWN.code)).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(PageSocket.all).toHaveLength(1);
  });

  test("that an administrator has closed is forgotten once the server refuses to open it", () => {
    join();
    PageSocket.last.deliver(CLOSED);
    expect(broadcast.phase.value).toBe("ready");
    expect(PageSocket.last.sentOf("join")).toHaveLength(2);
    PageSocket.last.deliver(error("room-closed", "join"));
    expect(broadcast.phase.value).toBe("closed");
    expect(ownWall(OWN.code)).toBeUndefined();
  });

  test("that only a server's restart has closed is joined again, with its key", () => {
    join();
    PageSocket.last.deliver(CLOSED);
    PageSocket.last.drop(1012);
    expect(broadcast.phase.value).toBe("reconnecting");
    vi.advanceTimersByTime(250);
    join();
    expect(broadcast.phase.value).toBe("ready");
    expect(ownWall(OWN.code)).toMatchObject(OWN);
  });

  test("is no wall whose closing was lost with the connection", () => {
    join();
    broadcast.closeWall();
    reconnect();
    PageSocket.last.deliver(JOINED);
    // Now the server restarts.
    PageSocket.last.deliver(CLOSED);
    expect(broadcast.phase.value).toBe("ready");
    expect(ownWall(OWN.code)).toMatchObject(OWN);
  });

  test("cannot be asked for while the server cannot be reached", () => {
    expect(broadcast.closeWall()).toBe(false);
    join();
    PageSocket.last.deliver(CLOSED);
    expect(broadcast.phase.value).toBe("ready");
  });
});

describe("a refused offer", () => {
  test.each(["offer-invalid", "offer-no-audio"] as const)("with %s ends the broadcast", async (code) => {
    join();
    broadcast.goLive(TRACK);
    await settle();
    PageSocket.last.deliver(error(code, "offer"));
    expect(broadcast.onAir.value).toBe("off");
    expect(broadcast.problem.value).toBe(ERRORS[code].message);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(PageSocket.last.sentOf("offer")).toHaveLength(1);
  });

  test("for lack of room on the server is made again after a wait", async () => {
    join();
    broadcast.goLive(TRACK);
    await settle();
    PageSocket.last.deliver(error("server-full", "offer"));
    expect(broadcast.problem.value).toBe(ERRORS["server-full"].message);
    expect(broadcast.onAir.value).toBe("connecting");
    await vi.advanceTimersByTimeAsync(500);
    expect(PageSocket.last.sentOf("offer")).toHaveLength(2);
    PageSocket.last.deliver({ type: "answer", sdp: "answer 2" });
    await settle();
    FakePeerConnection.last.become("connected");
    expect(broadcast.onAir.value).toBe("live");
    expect(broadcast.problem.value).toBe("");
  });
});

test("a password that another program has set is kept, and shown at the next join", () => {
  join();
  PageSocket.last.deliver({ type: "password", password: "sesame" });
  expect(broadcast.password.value).toBe("sesame");
  expect(ownWall(OWN.code)).toMatchObject({ password: "sesame" });
  PageSocket.last.drop();
  vi.advanceTimersByTime(250);
  join();
  expect(PageSocket.last.sentOf("join")).toMatchObject([{ password: "sesame" }]);
  PageSocket.last.deliver({ type: "password", password: "" });
  expect(ownWall(OWN.code)).not.toHaveProperty("password");
});
