import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Uplink } from "../../../../../client/host/broadcast/uplink.ts";
import { FakePeerConnection } from "../../../../support/fake-peer-connection.ts";

const track = {} as MediaStreamTrack;
const { all } = FakePeerConnection;
let uplink: Uplink;
let offers: string[];
let problems: string[];
const onSender = vi.fn();
/** Whether the server can be reached, and this page is the wall's host. */
let isHost: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  all.length = 0;
  FakePeerConnection.waits = { createOffer: undefined, setLocalDescription: undefined };
  offers = [];
  problems = [];
  onSender.mockClear();
  isHost = true;
  uplink = new Uplink({
    canOffer: () => isHost,
    sendOffer: (sdp) => {
      offers.push(sdp);
      return true;
    },
    onProblem: (words) => problems.push(words),
    onSender,
  });
});

afterEach(() => {
  uplink.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

async function start(): Promise<void> {
  uplink.start(track);
  await settle();
}

async function accept(answer: string): Promise<void> {
  uplink.accept(answer);
  await settle();
}

async function goLive(): Promise<FakePeerConnection> {
  await start();
  await accept("answer");
  FakePeerConnection.last.become("connected");
  return FakePeerConnection.last;
}

describe("going live", () => {
  test("offers the track, applies the answer, and is live once the media connection is up", async () => {
    uplink.iceServers = [{ urls: "stun:wall.example" }];
    uplink.start(track);
    expect(uplink.onAir.value).toBe("connecting");
    await settle();
    expect(offers).toEqual(["offer 1"]);
    expect(all[0]?.configuration.iceServers).toEqual([{ urls: "stun:wall.example" }]);
    await accept("answer");
    expect(all[0]?.remoteDescription).toEqual({ sdp: "answer" });
    all[0]?.become("connecting");
    expect(uplink.onAir.value).toBe("connecting");
    all[0]?.become("connected");
    expect(uplink.onAir.value).toBe("live");
    expect(onSender).toHaveBeenCalledOnce();
  });

  test("waits until this page hosts the wall", async () => {
    isHost = false;
    await start();
    expect(all).toHaveLength(0);
    isHost = true;
    await uplink.offer();
    expect(offers).toEqual(["offer 1"]);
  });

  test("sends nothing while no track was given", async () => {
    await uplink.offer();
    uplink.suspend();
    uplink.mediaClosed();
    uplink.mediaClosed();
    uplink.accept("answer");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(all).toHaveLength(0);
    expect(problems).toEqual([]);
    expect(uplink.onAir.value).toBe("off");
  });
});

describe("stopping", () => {
  test("closes the connection and offers no more", async () => {
    const pc = await goLive();
    uplink.stop();
    expect(pc.connectionState).toBe("closed");
    expect(uplink.onAir.value).toBe("off");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(1);
  });

  test.each(["createOffer", "setLocalDescription"] as const)(
    "during the browser's %s sends no offer, and leaves no unhandled rejection",
    async (step) => {
      const browser = Promise.withResolvers<void>();
      FakePeerConnection.waits[step] = browser.promise;
      await start();
      uplink.stop();
      browser.resolve();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(offers).toEqual([]);
      expect(all).toHaveLength(1);
      expect(uplink.onAir.value).toBe("off");
    },
  );

  test("while an answer is on its way ignores that answer, also when the page goes live again", async () => {
    await start();
    uplink.stop();
    await start();
    expect(offers).toEqual(["offer 1", "offer 2"]);
    await accept("answer 1");
    expect(all[1]?.remoteDescription).toBeNull();
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
  });

  test("during the wait for another attempt ends the attempts", async () => {
    await goLive();
    uplink.mediaClosed();
    uplink.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(1);
  });
});

describe("a lost media connection", () => {
  test("is offered again, with waits that double up to eight seconds", async () => {
    await goLive();
    for (const waitMs of [500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      const count = offers.length;
      uplink.mediaClosed();
      expect(uplink.onAir.value).toBe("connecting");
      await vi.advanceTimersByTimeAsync(waitMs - 1);
      expect(offers).toHaveLength(count);
      await vi.advanceTimersByTimeAsync(1);
      expect(offers).toHaveLength(count + 1);
      await accept("answer");
    }
  });

  test("waits only half a second again after a connection that came up", async () => {
    await goLive();
    uplink.mediaClosed();
    await vi.advanceTimersByTimeAsync(500);
    uplink.accept("answer");
    FakePeerConnection.last.become("connected");
    uplink.mediaClosed();
    await vi.advanceTimersByTimeAsync(500);
    expect(offers).toHaveLength(3);
  });

  test("waits only half a second again after the host has stopped and gone live", async () => {
    await goLive();
    uplink.mediaClosed();
    uplink.stop();
    await start();
    await accept("answer 2");
    uplink.mediaClosed();
    await vi.advanceTimersByTimeAsync(500);
    expect(offers).toHaveLength(3);
  });

  test("that is offered again before the wait is over is not offered twice", async () => {
    await goLive();
    uplink.mediaClosed();
    await uplink.offer();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(2);
  });

  test("is reported from the second failure on, until a connection comes up", async () => {
    const pc = await goLive();
    problems = [];
    pc.become("failed");
    expect(problems).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    FakePeerConnection.last.become("failed");
    expect(problems).toEqual([expect.stringContaining("does not reach the server")]);
    await vi.advanceTimersByTimeAsync(1_000);
    FakePeerConnection.last.become("connected");
    expect(problems.at(-1)).toBe("");
  });

  test("that both the browser and the server report is replaced once", async () => {
    const pc = await goLive();
    pc.become("failed");
    await vi.advanceTimersByTimeAsync(500);
    expect(offers).toEqual(["offer 1", "offer 2"]);
    // Sent before the server had the new offer: it is about the former connection.
    uplink.mediaClosed();
    expect(all[1]?.connectionState).toBe("new");
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(2);
  });
});

describe("an answer", () => {
  test("to an older offer is ignored", async () => {
    await start();
    all[0]?.become("failed");
    await vi.advanceTimersByTimeAsync(500);
    await accept("answer 1");
    expect(all[1]?.remoteDescription).toBeNull();
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
  });

  test("that the browser does not take leads to another offer", async () => {
    await start();
    uplink.accept("unusable");
    await vi.advanceTimersByTimeAsync(500);
    expect(offers).toEqual(["offer 1", "offer 2"]);
  });
});

describe("a refusal", () => {
  test("of the present offer leads to another, and the next answer is applied", async () => {
    await start();
    uplink.refused();
    await vi.advanceTimersByTimeAsync(500);
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
  });

  test("of an older offer changes nothing", async () => {
    await start();
    uplink.stop();
    await start();
    uplink.refused();
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(2);
  });
});

describe("a lost signalling connection", () => {
  test("closes the media connection, and the next offer does not depend on it", async () => {
    const pc = await goLive();
    isHost = false;
    uplink.suspend();
    expect(pc.connectionState).toBe("closed");
    expect(uplink.onAir.value).toBe("connecting");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toHaveLength(1);
    isHost = true;
    await uplink.offer();
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
  });

  test("takes the answers that were on their way with it", async () => {
    await start();
    uplink.suspend();
    await uplink.offer();
    await accept("answer 2");
    expect(all[1]?.remoteDescription).toEqual({ sdp: "answer 2" });
  });
});

describe("the packet time", () => {
  test("is changed in the answer that the browser has, and the connection stays", async () => {
    await start();
    await accept("v=0\r\na=ptime:20\r\n");
    uplink.setPacketTime(60);
    await settle();
    expect(all[0]?.remoteDescription).toEqual({ sdp: "v=0\r\na=ptime:60\r\n" });
    expect(offers).toHaveLength(1);
  });

  test("that a closed connection cannot take does not disturb the one that follows", async () => {
    await goLive();
    uplink.setPacketTime(60);
    uplink.suspend();
    await uplink.offer();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers).toEqual(["offer 1", "offer 2"]);
    expect(all[1]?.connectionState).toBe("new");
  });
});
