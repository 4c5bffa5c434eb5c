import { describe, expect, it } from "vitest";
import { withStereo } from "../../../../client/shared/peer.ts";

const offer = (fmtp: string) =>
  ["m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=rtpmap:111 opus/48000/2", fmtp, "a=fmtp:63 111/111", ""].join(
    "\r\n",
  );

describe("withStereo", () => {
  it("asks for stereo in the Opus format line and nowhere else", () => {
    expect(withStereo(offer("a=fmtp:111 minptime=10;useinbandfec=1"))).toBe(
      offer("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1"),
    );
  });

  it("leaves alone what asks for stereo already, or has no Opus", () => {
    const stereo = offer("a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1");
    expect(withStereo(stereo)).toBe(stereo);
    expect(withStereo("a=rtpmap:0 PCMU/8000\r\n")).toBe("a=rtpmap:0 PCMU/8000\r\n");
  });
});
