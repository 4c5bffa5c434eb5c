import { expect, test, vi } from "vitest";
import { SessionDescription } from "werift";
import { neededLines } from "../../../../../server/media/wire/offer-lines.ts";
import { readOffer } from "../../../../../server/media/wire/sdp-offer.ts";
import { offerSdp } from "../../../../support/offers.ts";

const sdp = offerSdp({ direction: "recvonly" });

/** Whether an offer exceeds a limit. */
function isRejected(offer: string): boolean {
  try {
    neededLines(offer);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: "offer-invalid" });
    return true;
  }
}

test("an offer is rejected if it has more lines, sections or payload types than browsers send", () => {
  const section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=recvonly\r\n";
  const types = Array.from({ length: 127 }, (_, n) => n).join(" ");
  expect(isRejected(sdp + "a=rtcp-fb:* nack\r\n".repeat(480))).toBe(false);
  expect(isRejected(sdp + "a=rtcp-fb:* nack\r\n".repeat(512))).toBe(true);
  expect(isRejected(sdp + section.repeat(7))).toBe(false);
  expect(isRejected(sdp + section.repeat(8))).toBe(true);
  expect(isRejected(sdp.replace("111 63", types))).toBe(false);
  expect(isRejected(sdp.replace("111 63", `${types} 127 128`))).toBe(true);
});

test("an offer is rejected if a line that the answer depends on is too long", () => {
  expect(isRejected(sdp.replace("BUNDLE 0", `BUNDLE 0${" 1".repeat(240)}`))).toBe(false);
  expect(isRejected(sdp.replace("BUNDLE 0", `BUNDLE 0${" 1".repeat(300)}`))).toBe(true);
});

test("a rejected offer is not parsed", () => {
  const parse = vi.spyOn(SessionDescription, "parse");
  expect(() => readOffer(sdp + "a=rtcp-fb:* nack\r\n".repeat(512), "subscribe")).toThrow();
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
});

test("lines that the answer does not depend on are not parsed, even if they are malformed", () => {
  const parse = vi.spyOn(SessionDescription, "parse");
  const offer = `${sdp}a=candidate:broken\r\na=ssrc:1 a:b\r\na=fmtp:5 x\r\n`;
  expect(readOffer(offer, "subscribe").payloadType).toBe(111);
  expect(parse.mock.lastCall?.[0]).not.toMatch(/candidate|ssrc|fmtp|rtcp-fb|extmap/);
  parse.mockRestore();
});
