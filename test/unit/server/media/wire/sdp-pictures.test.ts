import { describe, expect, test } from "vitest";
import { readPictureSections } from "../../../../../server/media/wire/picture-sections.ts";
import { writeAnswer } from "../../../../../server/media/wire/sdp-answer.ts";
import { picturesIn, readOffer } from "../../../../../server/media/wire/sdp-offer.ts";
import { pictureOffer as offerOf } from "../../../../support/picture-offers.ts";

const ROLES = { host: "publish", listener: "subscribe" } as const;

/** The sections of the answer to an offer, and the pictures of its peer. */
function answer(sdp: string, role: "publish" | "subscribe", withPictures = true) {
  const offer = readOffer(sdp, role, withPictures);
  const { pictures, transportFeedback } = picturesIn(offer, role);
  const text = writeAnswer(offer, {
    ufrag: "abcd1234",
    password: "p".repeat(32),
    fingerprint: { algorithm: "sha-256", value: "AA:BB" },
    candidates: [{ address: "192.0.2.7", port: 8080 }],
    media:
      role === "publish" ? { direction: "recvonly", packetTimeMs: 20 } : { direction: "sendonly", ssrc: 99 },
    pictures,
  });
  return { pictures, transportFeedback, sections: text.split(/^(?=m=)/m).slice(1) };
}

/** Lines of the second video section of an offer, changed. */
const changeLast = (sdp: string, change: (section: string) => string) => {
  const at = sdp.lastIndexOf("m=video");
  return sdp.slice(0, at) + change(sdp.slice(at));
};

describe("an offer with pictures", () => {
  test("Chromium's as a host has both layers in VP8, with feedback about arrivals", () => {
    const { pictures, transportFeedback, sections } = answer(offerOf("chromium-host"), "publish");
    expect(pictures).toEqual([
      { layer: "high", payloadTypes: { VP8: 96 }, ssrc: 3525934656 },
      { layer: "low", payloadTypes: { VP8: 96 }, ssrc: 2985762143 },
    ]);
    expect(transportFeedback).toBe(3);
    expect(sections[0]).not.toMatch(/extmap|transport-cc/);
    for (const section of sections.slice(1)) {
      expect(section).toMatch(/^m=video 8080 UDP\/TLS\/RTP\/SAVPF 96\r\n/);
      expect(section).toContain("a=recvonly\r\n");
      expect(section).toContain(
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
      );
      for (const kind of ["nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"])
        expect(section).toContain(`a=rtcp-fb:96 ${kind}\r\n`);
      expect(section).not.toMatch(/rtx|ssrc|H264/);
    }
  });

  test("Firefox's as a host has both layers", () => {
    const { pictures, transportFeedback } = answer(offerOf("firefox-host"), "publish");
    expect(pictures).toEqual([
      { layer: "high", payloadTypes: { VP8: 120 }, ssrc: 3953597838 },
      { layer: "low", payloadTypes: { VP8: 120 }, ssrc: 678717652 },
    ]);
    expect(transportFeedback).toBe(7);
  });

  test("Chromium's as a listener gets VP8 and H264 in both sections, each with an SSRC of its own", () => {
    const { pictures, sections } = answer(offerOf("chromium-listener"), "subscribe");
    expect(pictures.map(({ layer, payloadTypes }) => ({ layer, payloadTypes }))).toEqual([
      { layer: "high", payloadTypes: { VP8: 96, H264: 108 } },
      { layer: "low", payloadTypes: { VP8: 96, H264: 108 } },
    ]);
    expect(pictures[0]!.ssrc).not.toBe(pictures[1]!.ssrc);
    for (const [n, { layer, ssrc }] of pictures.entries()) {
      const section = sections[n + 1]!;
      expect(section).toMatch(/^m=video 8080 UDP\/TLS\/RTP\/SAVPF 96 108\r\n/);
      expect(section).toContain("a=sendonly\r\n");
      expect(section).toContain(`a=msid:lightwall-${layer} ${layer}\r\na=ssrc:${ssrc} cname:lightwall\r\n`);
      expect(section).toMatch(/a=fmtp:108 .*packetization-mode=1;profile-level-id=42e01f\r\n/);
      expect(section).toContain("a=rtcp-fb:108 nack pli\r\n");
      expect(section).not.toMatch(/goog-remb|transport-cc|extmap/);
    }
  });

  test("Firefox's as a listener gets VP8 alone where it has no H264", () => {
    const { pictures } = answer(offerOf("firefox-listener"), "subscribe");
    expect(pictures.map(({ payloadTypes }) => payloadTypes)).toEqual([{ VP8: 120 }, { VP8: 120 }]);
  });

  test("a host without VP8 is answered with H264 in packetization mode 1, constrained baseline first", () => {
    const without = offerOf("chromium-host").replaceAll("VP8/90000", "VP9/90000");
    const { pictures, sections } = answer(without, "publish");
    expect(pictures.map(({ payloadTypes }) => payloadTypes)).toEqual([{ H264: 108 }, { H264: 108 }]);
    expect(sections[1]).toContain("a=rtcp-fb:108 transport-cc\r\n");
    const neither = without.replaceAll("H264/90000", "H265/90000");
    expect(answer(neither, "publish").pictures).toEqual([]);
    const mode0 = without.replaceAll("packetization-mode=1", "packetization-mode=0");
    expect(answer(mode0, "publish").pictures).toEqual([]);
  });

  test("a host's section without an SSRC, or with that of the other one, is declined", () => {
    const sdp = offerOf("chromium-host");
    const none = changeLast(sdp, (section) => section.replace(/^a=ssrc.*\r\n/gm, ""));
    const { pictures, sections } = answer(none, "publish");
    expect(pictures.map(({ layer }) => layer)).toEqual(["high"]);
    expect(sections[2]).toContain("a=inactive\r\n");
    const same = changeLast(sdp, (section) => section.replaceAll("2985762143", "3525934656"));
    expect(answer(same, "publish").pictures).toHaveLength(1);
    const tooGreat = changeLast(sdp, (section) => section.replaceAll("2985762143", "4294967296"));
    expect(answer(tooGreat, "publish").pictures[1]?.ssrc).not.toBe(2 ** 32);
  });

  test("the second of two sections is the low layer, also when the first one is declined", () => {
    const sdp = offerOf("chromium-listener");
    const first = sdp.indexOf("m=video");
    const declined = sdp.slice(0, first) + sdp.slice(first).replace("a=recvonly", "a=inactive");
    expect(answer(declined, "subscribe").pictures.map(({ layer }) => layer)).toEqual(["low"]);
  });

  test("one section is the high layer, and a third one is declined", () => {
    const sdp = offerOf("chromium-listener");
    const last = sdp.slice(sdp.lastIndexOf("m=video"));
    const one = sdp.slice(0, sdp.lastIndexOf("m=video")).replace("BUNDLE 0 1 2", "BUNDLE 0 1");
    expect(answer(one, "subscribe").pictures.map(({ layer }) => layer)).toEqual(["high"]);
    // A third section of Chromium would exceed the lines that an offer may have.
    const short = last.replace("a=mid:2", "a=mid:3").replace(/^a=(rtcp-fb|fmtp|extmap).*\r\n/gm, "");
    const { pictures, sections } = answer(sdp.replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 3") + short, "subscribe");
    expect(pictures).toHaveLength(2);
    expect(sections[3]).toContain("a=inactive\r\n");
  });

  test("where pictures are off, all video sections are declined", () => {
    for (const [name, role] of Object.entries(ROLES)) {
      const { pictures, sections } = answer(offerOf(`chromium-${name as "host" | "listener"}`), role, false);
      expect(pictures).toEqual([]);
      for (const section of sections.slice(1)) expect(section).toContain("a=inactive\r\n");
    }
  });

  test("feedback that is not offered is not in the answer", () => {
    const sdp = offerOf("chromium-host").replace(/^a=rtcp-fb:96 (goog-remb|transport-cc|nack)\r\n/gm, "");
    const [, section = ""] = answer(sdp, "publish").sections;
    expect(section.match(/^a=rtcp-fb:.*$/gm)?.map((line) => line.trim())).toEqual([
      "a=rtcp-fb:96 nack pli",
      "a=rtcp-fb:96 ccm fir",
    ]);
  });
});

test("thousands of lines about one codec are read in linear time", () => {
  const line = "a=rtcp-fb:96 nack\r\na=fmtp:96 x\r\na=ssrc:1 cname:x\r\na=rtpmap:96 VP8/90000\r\n";
  const begun = performance.now();
  readPictureSections(`m=video 9 UDP/TLS/RTP/SAVPF 96\r\n${line.repeat(20_000)}`);
  expect(performance.now() - begun).toBeLessThan(500);
});
