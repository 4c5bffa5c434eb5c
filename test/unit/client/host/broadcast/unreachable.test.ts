import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Uplink } from "../../../../../client/host/broadcast/uplink.ts";
import { FakePeerConnection } from "../../../../support/fake-peer-connection.ts";

const track = {} as MediaStreamTrack;
const RELAY = "a=candidate:1 1 udp 8331263 192.0.2.7 50001 typ relay raddr 0.0.0.0 rport 0";
let uplink: Uplink;
let problem: string;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  FakePeerConnection.all.length = 0;
  FakePeerConnection.waits = { createOffer: undefined, setLocalDescription: undefined };
  problem = "";
  uplink = new Uplink({
    canOffer: () => true,
    sendOffer: () => true,
    onProblem: (words) => {
      problem = words;
    },
    onSender: () => {},
  });
});

afterEach(() => {
  uplink.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function offer(): Promise<FakePeerConnection> {
  uplink.start(track);
  await vi.advanceTimersByTimeAsync(0);
  uplink.accept("answer");
  await vi.advanceTimersByTimeAsync(0);
  return FakePeerConnection.last;
}

test("a host whose browser may not use UDP hears so once the browser has looked for addresses", async () => {
  const pc = await offer();
  expect(problem).toBe("");
  pc.gather("a=candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active");
  expect(problem).toContain("forbids this browser UDP");
});

test("a browser that reaches a TURN server over TCP is not told that UDP is forbidden", async () => {
  const pc = await offer();
  pc.gather(RELAY);
  expect(problem).toBe("");
});

test("a host hears after some seconds that its sound does not arrive, and no more once it does", async () => {
  const pc = await offer();
  pc.gather(RELAY);
  await vi.advanceTimersByTimeAsync(4_900);
  expect(problem).toBe("");
  await vi.advanceTimersByTimeAsync(200);
  expect(problem).toContain("A firewall may block its UDP port");
  pc.become("connected");
  expect(problem).toBe("");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(problem).toBe("");
});

test("a host who stops in time hears of no problem", async () => {
  await offer();
  uplink.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(problem).toBe("");
});

test("a host whose browser has no WebRTC hears so, and the page does not seem to go live", async () => {
  vi.stubGlobal("RTCPeerConnection", undefined);
  Reflect.deleteProperty(globalThis, "RTCPeerConnection");
  uplink.start(track);
  await vi.advanceTimersByTimeAsync(0);
  expect(problem).toContain("has no WebRTC");
  expect(uplink.onAir.value).toBe("off");
});
