import type { Side } from "./crowd.ts";

/** The SSRC of the crowd's host, as crowd/main.c has it. */
const SSRC = 0x50115011;
/** That of pictures beside the song. */
const PICTURE_SSRC = 0x50115012;

/** What an offer has beside the song: nothing, pictures in its place, or pictures too. */
export type Video = "none" | "instead" | "beside";

/** The session description of one peer of the crowd: an offer, or an answer to a server that offers. */
export function describe(
  own: Side,
  direction: "sendonly" | "recvonly",
  mid = "0",
  video: Video = "none",
): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mid}${video === "none" ? "" : " v"}`,
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    ...transportLines(own, mid, direction),
    "a=rtpmap:111 opus/48000/2",
    "a=rtcp-fb:111 nack",
    "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1",
    `a=candidate:1 1 udp 2113937151 ${own.address} ${own.port} typ host`,
    "a=end-of-candidates",
    ...(direction === "sendonly" ? ["a=msid:host song", `a=ssrc:${SSRC} cname:host`] : []),
    ...(video === "none" ? [] : videoSection(own, direction, video === "beside" ? PICTURE_SSRC : SSRC)),
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

/** A video section. A host that sends pictures instead of the song sends them with the song's SSRC. */
function videoSection(own: Side, direction: "sendonly" | "recvonly", ssrc: number): string[] {
  return [
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "c=IN IP4 0.0.0.0",
    ...transportLines(own, "v", direction),
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 nack",
    "a=rtcp-fb:96 nack pli",
    ...(direction === "sendonly" ? [`a=ssrc:${ssrc} cname:host`] : []),
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
