import { describe, expect, test } from "vitest";
import { missingIn } from "../../../../../client/listener/page/missing.ts";

const complete = { RTCPeerConnection: class {}, AudioContext: class {} };

describe("missingIn", () => {
  test("names what the browser lacks", () => {
    const { RTCPeerConnection: _, ...withoutPeers } = complete;
    const { AudioContext: __, ...withoutAudio } = complete;
    expect(missingIn(withoutPeers)).toBe("WebRTC");
    expect(missingIn(withoutAudio)).toBe("Web Audio");
  });

  test("is undefined where nothing is missing", () => {
    expect(missingIn(complete)).toBeUndefined();
  });
});
