import type { Side } from "./crowd.ts";

/** The SSRC of the crowd's host, as crowd/main.c has it. */
const SSRC = 0x50115011;

/** The session description of one peer of the crowd: an offer, or an answer to a server that offers. */
export function describe(
  own: Side,
  direction: "sendonly" | "recvonly",
  mid = "0",
  hasPictures = false,
): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mid}${hasPictures ? " v" : ""}`,
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    ...transportLines(own, mid, direction),
    "a=rtpmap:111 opus/48000/2",
    "a=rtcp-fb:111 nack",
    "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1",
    `a=candidate:1 1 udp 2113937151 ${own.address} ${own.port} typ host`,
    "a=end-of-candidates",
    ...(direction === "sendonly" ? ["a=msid:host song", `a=ssrc:${SSRC} cname:host`] : []),
    ...(hasPictures ? videoSection(own, direction) : []),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** What each section says of its transport. */
function transportLines(own: Side, mid: string, direction: "sendonly" | "recvonly"): string[] {
  return [
    `a=mid:${mid}`,
    `a=${direction}`,
    `a=ice-ufrag:${own.ufrag}`,
    `a=ice-pwd:${own.password}`,
    `a=fingerprint:sha-256 ${own.fingerprint}`,
    "a=setup:active",
    "a=rtcp-mux",
  ];
}

/** A video section. The host sends either the song or pictures, with one SSRC. */
function videoSection(own: Side, direction: "sendonly" | "recvonly"): string[] {
  return [
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "c=IN IP4 0.0.0.0",
    ...transportLines(own, "v", direction),
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 nack",
    ...(direction === "sendonly" ? [`a=ssrc:${SSRC} cname:host`] : []),
  ];
}

/**
 * Reads the parameters that the crowd needs from the session description of a server.
 * @throws Error if one is missing
 */
export function readServer(sdp: string): Side {
  const find = (pattern: RegExp): string => {
    const found = sdp.match(pattern)?.[1];
    if (found === undefined) throw new Error(`no ${pattern.source} in the server's description:\n${sdp}`);
    return found;
  };
  const candidates = [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/gim)];
  const candidate = candidates.find(([, address]) => address === "127.0.0.1") ?? candidates[0];
  if (!candidate) throw new Error(`no IPv4 host candidate in the server's description:\n${sdp}`);
  return {
    ufrag: find(/^a=ice-ufrag:(\S+)/m),
    password: find(/^a=ice-pwd:(\S+)/m),
    fingerprint: find(/^a=fingerprint:sha-256 (\S+)/im).toUpperCase(),
    address: candidate[1]!,
    port: Number(candidate[2]),
  };
}
