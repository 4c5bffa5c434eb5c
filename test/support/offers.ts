/** The ICE password in every {@link offerSdp}. */
export const ICE_PASSWORD = "0123456789abcdefghijklmn";

/** An audio offer of Chrome, without lines that the server ignores. A test may replace some parts. */
export function offerSdp(parts: {
  direction?: string;
  codec?: string;
  setup?: string;
  fingerprint?: string;
}): string {
  const lines = [
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "a=extmap-allow-mixed",
    "a=msid-semantic: WMS",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=ice-ufrag:Wx1y",
    `a=ice-pwd:${ICE_PASSWORD}`,
    "a=ice-options:trickle",
    `a=fingerprint:${parts.fingerprint ?? `sha-256 ${Array(32).fill("5a").join(":")}`}`,
    `a=setup:${parts.setup ?? "actpass"}`,
    "a=mid:0",
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ...(parts.direction ? [`a=${parts.direction}`] : []),
    "a=rtcp-mux",
    `a=rtpmap:111 ${parts.codec ?? "opus/48000/2"}`,
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=rtpmap:63 red/48000/2",
    "a=fmtp:63 111/111",
  ];
  return `${lines.join("\r\n")}\r\n`;
}
