import fc from "fast-check";
import { expect, test } from "vitest";
import { SessionDescription } from "werift";
import { writeAnswer } from "../../../../../server/media/wire/sdp-answer.ts";
import { readOffer } from "../../../../../server/media/wire/sdp-offer.ts";
import { LightwallError } from "../../../../../server/protocol/errors.ts";
import { ICE_PASSWORD, offerSdp } from "../../../../support/offers.ts";

const answerParameters = {
  ufrag: "abcd1234",
  password: "p".repeat(32),
  fingerprint: { algorithm: "sha-256", value: "AA:BB" },
  candidates: [
    { address: "192.0.2.7", port: 8080 },
    { address: "2001:db8::7", port: 40_000 },
  ],
};

/** The code of the error with which an offer is rejected. */
function code(sdp: string, purpose: "publish" | "subscribe"): string | undefined {
  try {
    readOffer(sdp, purpose);
  } catch (error) {
    return (error as LightwallError).code;
  }
}

test("a listener's offer is read", () => {
  expect(readOffer(offerSdp({ direction: "recvonly" }), "subscribe")).toMatchObject({
    mid: "0",
    ufrag: "Wx1y",
    password: ICE_PASSWORD,
    payloadType: 111,
    fingerprints: [{ algorithm: "sha-256", value: expect.stringMatching(/^5A:/) }],
  });
});

test("a listener's offer must not offer to send, in any section", () => {
  expect(code(offerSdp({ direction: "sendrecv" }), "subscribe")).toBe("offer-sends");
  expect(code(offerSdp({ direction: "sendonly" }), "subscribe")).toBe("offer-sends");
  expect(code(offerSdp({}), "subscribe")).toBe("offer-sends");
  const video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\na=sendonly\r\n";
  expect(code(offerSdp({ direction: "recvonly" }) + video, "subscribe")).toBe("offer-sends");
});

test("an offer that the server cannot answer is rejected with an error code", () => {
  expect(code("garbage", "subscribe")).toBe("offer-invalid");
  expect(code("v=0\r\nm=broken", "publish")).toBe("offer-invalid");
  expect(code(offerSdp({ direction: "recvonly", codec: "PCMU/8000" }), "subscribe")).toBe("offer-no-audio");
  expect(code(offerSdp({ direction: "recvonly" }), "publish")).toBe("offer-no-audio");
  expect(code(offerSdp({ direction: "sendonly", setup: "passive" }), "publish")).toBe("offer-invalid");
  expect(code(offerSdp({ direction: "sendonly", fingerprint: "sha-1 AA:BB" }), "publish")).toBe(
    "offer-invalid",
  );
  expect(code(offerSdp({ direction: "sendonly", fingerprint: "sha-256" }), "publish")).toBe("offer-invalid");
});

test("an offer must have ICE credentials of a length that RFC 8839 allows", () => {
  const sdp = offerSdp({ direction: "recvonly" });
  const withPassword = (password: string) => sdp.replace(ICE_PASSWORD, password);
  expect(code(sdp.replace(/a=ice-pwd.*\r\n/, ""), "subscribe")).toBe("offer-invalid");
  expect(readOffer(withPassword("p".repeat(256)), "subscribe").password).toBe("p".repeat(256));
  expect(code(withPassword("p".repeat(257)), "subscribe")).toBe("offer-invalid");
  expect(code(sdp.replace("Wx1y", "u".repeat(257)), "subscribe")).toBe("offer-invalid");
});

test("audio behind video in one bundle is read, also if only the video describes the transport", () => {
  const [session, audio] = offerSdp({ direction: "sendonly" }).split(/(?=^m=)/m) as [string, string];
  const video = audio
    .replace("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "m=video 9 UDP/TLS/RTP/SAVPF 96")
    .replace(/^a=(fmtp|rtcp-fb).*\r\n|^a=rtpmap:63.*\r\n/gm, "")
    .replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:96 VP8/90000")
    .replace("a=mid:0", "a=mid:v");
  const rest = audio.replace("m=audio 9", "m=audio 0").replace(/^a=(ice|fingerprint|setup).*\r\n/gm, "");
  const bundled = session.replace("BUNDLE 0", "BUNDLE v 0") + video + rest;
  const offer = readOffer(bundled, "publish");
  expect(offer).toMatchObject({ mid: "0", ufrag: "Wx1y", password: ICE_PASSWORD, payloadType: 111 });
  expect(offer.fingerprints).toHaveLength(1);
  const answer = writeAnswer(offer, {
    ...answerParameters,
    media: { direction: "recvonly", packetTimeMs: 20 },
  });
  expect(answer).toContain("a=group:BUNDLE v 0\r\n");
  const [, picture = "", sound = ""] = answer.split(/^(?=m=)/m);
  expect(picture).toMatch(/^m=video 8080 UDP\/TLS\/RTP\/SAVPF 96\r\n/);
  expect(picture).toContain("a=mid:v\r\n");
  expect(picture).toContain("a=inactive\r\na=rtpmap:96 VP8/90000\r\n");
  expect(sound).toContain("a=recvonly\r\n");
  for (const section of [picture, sound]) expect(section).toContain("a=ice-ufrag:abcd1234\r\n");
  expect(code(bundled.replace("BUNDLE v 0", "BUNDLE v"), "publish")).toBe("offer-no-audio");
  const apart = bundled.replace("BUNDLE v 0", "BUNDLE v").replace("m=audio 0", "m=audio 9");
  expect(code(apart, "publish")).toBe("offer-invalid");
});

test("a fingerprint without the form and length of its hash is ignored", () => {
  const good = `sha-256 ${Array(32).fill("5a").join(":")}`;
  const offer = offerSdp({ direction: "recvonly", fingerprint: good });
  for (const bad of [
    `sha-256 ${Array(33).fill("5a").join(":")}`,
    "sha-256 5a",
    `sha-512 ${Array(32).fill("5a").join(":")}`,
  ]) {
    expect(code(offerSdp({ direction: "recvonly", fingerprint: bad }), "subscribe")).toBe("offer-invalid");
    const both = offer.replace(`a=fingerprint:${good}`, `a=fingerprint:${bad}\r\na=fingerprint:${good}`);
    expect(readOffer(both, "subscribe").fingerprints).toHaveLength(1);
  }
});

test("where sections of a bundle have their own transports, that of the first one is used", () => {
  const [session, audio] = offerSdp({ direction: "sendonly" }).split(/(?=^m=)/m) as [string, string];
  const video = audio
    .replace("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "m=video 9 UDP/TLS/RTP/SAVPF 96")
    .replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:96 VP8/90000")
    .replace("a=mid:0", "a=mid:v")
    .replace("Wx1y", "video");
  const bundled = session.replace("BUNDLE 0", "BUNDLE v 0") + video + audio;
  expect(readOffer(bundled, "publish")).toMatchObject({ ufrag: "video", bundle: ["v", "0"] });
  const audioFirst = session.replace("BUNDLE 0", "BUNDLE 0 v") + audio + video;
  expect(readOffer(audioFirst, "publish")).toMatchObject({ ufrag: "Wx1y", bundle: ["0", "v"] });
  const apart = session + video + audio;
  expect(readOffer(apart, "publish")).toMatchObject({ ufrag: "Wx1y", bundle: ["0"] });
});

test("the answer asks a host for stereo Opus at 128 kbit/s in packets of 20 ms", () => {
  const offer = readOffer(offerSdp({ direction: "sendonly" }), "publish");
  const answer = writeAnswer(offer, {
    ...answerParameters,
    media: { direction: "recvonly", packetTimeMs: 20 },
  });
  expect(answer).toMatch(/^a=fmtp:111 .*stereo=1.*maxaveragebitrate=128000$/m);
  expect(answer).toContain("a=ptime:20\r\n");
  expect(answer).toContain("a=recvonly\r\n");
});

test("the answer is complete: ICE-lite, DTLS passive, with all candidates and their end", () => {
  const offer = readOffer(offerSdp({ direction: "recvonly" }), "subscribe");
  const answer = SessionDescription.parse(
    writeAnswer(offer, { ...answerParameters, media: { direction: "sendonly", ssrc: 99 } }),
  );
  expect(answer.iceLite).toBe(true);
  const [audio] = answer.media;
  expect(audio).toMatchObject({
    kind: "audio",
    port: 8080,
    direction: "sendonly",
    iceCandidatesComplete: true,
  });
  expect(audio!.iceCandidates.map(({ ip, port }) => ({ address: ip, port }))).toEqual(
    answerParameters.candidates,
  );
  expect(audio!.dtlsParams?.role).toBe("server");
  expect(audio!.ssrc[0]?.ssrc).toBe(99);
});

test("the answer refuses other sections, and keeps the order of all sections", () => {
  const data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";
  const answer = writeAnswer(readOffer(offerSdp({ direction: "recvonly" }) + data, "subscribe"), {
    ...answerParameters,
    media: { direction: "sendonly", ssrc: 99 },
  });
  expect(answer.match(/^m=.*$/gm)?.map((line) => line.split(" ")[1])).toEqual(["8080", "0"]);
});

test("for any text, reading either succeeds or fails with an error code", () => {
  const lines = offerSdp({ direction: "recvonly" }).split("\r\n");
  fc.assert(
    fc.property(fc.shuffledSubarray(lines), fc.string(), fc.nat(lines.length), (some, noise, at) => {
      const sdp = [...some.slice(0, at), noise, ...some.slice(at)].join("\r\n");
      try {
        readOffer(sdp, "subscribe");
      } catch (error) {
        expect(error).toBeInstanceOf(LightwallError);
      }
    }),
    { numRuns: 2000 },
  );
});
