import { afterEach, describe, expect, test, vi } from "vitest";
import { Peer, type PeerState, withStereo } from "../../../../client/shared/peer.ts";
import { FakePeerConnection } from "../../../support/fake-peer-connection.ts";

afterEach(() => vi.unstubAllGlobals());

describe("Peer", () => {
  test("reports a change of state once, and none while the browser says disconnected, which may heal", () => {
    vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
    const states: PeerState[] = [];
    const peer = new Peer({ iceServers: [], onState: (state) => states.push(state) });
    const pc = peer.pc as unknown as FakePeerConnection;
    for (const state of ["connecting", "connected", "disconnected", "connected", "failed"] as const) {
      pc.become(state);
    }
    peer.close();
    pc.become("closed");
    expect(states).toEqual(["connected", "failed"]);
  });
});

const offer = (fmtp: string) =>
  ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=rtpmap:111 opus/48000/2", fmtp, "a=fmtp:63 111/111", ""].join(
    "\r\n",
  );

describe("withStereo", () => {
  test("asks for stereo in the Opus format line and nowhere else", () => {
    expect(withStereo(offer("a=fmtp:111 minptime=10;useinbandfec=1"))).toBe(
      offer("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1"),
    );
  });

  test("leaves alone what asks for stereo already, or has no Opus", () => {
    const stereo = offer("a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1");
    expect(withStereo(stereo)).toBe(stereo);
    expect(withStereo("a=rtpmap:0 PCMU/8000\r\n")).toBe("a=rtpmap:0 PCMU/8000\r\n");
  });
});
