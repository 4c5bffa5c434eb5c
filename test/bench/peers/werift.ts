import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpPacket } from "werift";

/**
 * The baseline: one werift `RTCPeerConnection` for each listener. Takes the song as bare RTP. Writes offers
 * as lines of JSON: with an answer, werift would always be the DTLS client, and so are the crowd's listeners.
 */
const tracks: MediaStreamTrack[] = [];
const song = createSocket("udp4", (datagram) => {
  const packet = RtpPacket.deSerialize(datagram);
  for (const track of tracks) track.writeRtp(packet);
});
song.bind(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ ready: true, rtpPort: song.address().port })}\n`);
});

const opus = () =>
  new RTCRtpCodecParameters({
    mimeType: "audio/opus",
    clockRate: 48_000,
    channels: 2,
    payloadType: 111,
    rtcpFeedback: [{ type: "nack" }],
  });

async function offer(): Promise<RTCPeerConnection> {
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceLite: true,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
    codecs: { audio: [opus()] },
  });
  const track = new MediaStreamTrack({ kind: "audio" });
  connection.addTransceiver(track, { direction: "sendonly" });
  connection.connectionStateChange.subscribe((state) => {
    if (state === "connected") tracks.push(track);
  });
  await connection.setLocalDescription(await connection.createOffer());
  return connection;
}

const connections = new Map<number, RTCPeerConnection>();
const questions = createInterface({ input: process.stdin });
questions.on("close", () => process.exit());
questions.on("line", async (line) => {
  const { id, sdp } = JSON.parse(line) as { id: number; sdp?: string };
  if (sdp !== undefined) {
    await connections.get(id)!.setRemoteDescription({ type: "answer", sdp });
  } else {
    const connection = await offer();
    connections.set(id, connection);
    process.stdout.write(`${JSON.stringify({ id, sdp: connection.localDescription!.sdp })}\n`);
  }
});
