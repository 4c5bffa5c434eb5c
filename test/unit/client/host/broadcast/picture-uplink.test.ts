import { beforeEach, describe, expect, test } from "vitest";
import {
  lowScale,
  PictureUplink,
  type SentPicture,
  withStartRate,
} from "../../../../../client/host/broadcast/picture-uplink.ts";

/** A sender without a network, as in W3C WebRTC §5.2. */
class FakeSender {
  track: MediaStreamTrack | null = null;
  parameters: Partial<RTCRtpSendParameters> = { encodings: [{ active: true }] };
  readonly calls: string[] = [];

  getParameters() {
    return structuredClone(this.parameters);
  }

  async setParameters(parameters: RTCRtpSendParameters) {
    await undefined;
    this.calls.push("setParameters");
    this.parameters = parameters;
  }

  async replaceTrack(track: MediaStreamTrack | null) {
    await undefined;
    this.calls.push("replaceTrack");
    this.track = track;
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const picture = (source: SentPicture["source"], track = {} as MediaStreamTrack): SentPicture => {
  return { source, track, image: {} as HTMLCanvasElement, width: 1_280, height: 720 };
};

let uplink: PictureUplink;
let senders: FakeSender[];
let transceivers: RTCRtpTransceiver[];

function connect(currentDirection: RTCRtpTransceiverDirection = "sendonly"): void {
  senders = [new FakeSender(), new FakeSender()];
  transceivers = senders.map((sender) => ({ sender, currentDirection }) as unknown as RTCRtpTransceiver);
  uplink.begin(transceivers);
}

beforeEach(() => {
  uplink = new PictureUplink();
  connect();
});

test("a connection without a picture is left alone", async () => {
  uplink.set(undefined);
  await settle();
  expect(senders.map(({ calls }) => calls)).toEqual([[], []]);
});

test("a picture goes to both layers, in the low one 320 pixels wide from its first packet", async () => {
  const one = picture("camera");
  uplink.set(one);
  await settle();
  expect(senders.map(({ track }) => track)).toEqual([one.track, one.track]);
  expect(senders.map(({ calls }) => calls[0])).toEqual(["setParameters", "setParameters"]);
  expect(senders.map(({ parameters }) => parameters.encodings![0])).toMatchObject([
    { active: true, scaleResolutionDownBy: 1, maxBitrate: 1_800_000 },
    { active: true, scaleResolutionDownBy: 4, maxBitrate: 200_000 },
  ]);
});

test("what is read stays sharp, what moves goes on moving", async () => {
  uplink.set(picture("screen"));
  await settle();
  expect(senders[0]!.parameters.degradationPreference).toBe("maintain-resolution");
  uplink.set(picture("film"));
  await settle();
  expect(senders[0]!.parameters.degradationPreference).toBe("balanced");
});

test("a source with the same track changes no track", async () => {
  const one = picture("camera");
  uplink.set(one);
  uplink.set({ ...one, source: "screen", width: 640, height: 360 });
  await settle();
  expect(senders[1]!.calls.filter((call) => call === "replaceTrack")).toHaveLength(1);
  expect(senders[1]!.parameters.encodings![0]).toMatchObject({ scaleResolutionDownBy: 2 });
});

test("without a picture nothing is sent", async () => {
  uplink.set(picture("camera"));
  uplink.set(undefined);
  await settle();
  expect(senders.map(({ track }) => track)).toEqual([null, null]);
});

test("another connection sends the same picture from its beginning", async () => {
  const one = picture("camera");
  uplink.set(one);
  await settle();
  connect();
  await settle();
  expect(senders.map(({ track }) => track)).toEqual([one.track, one.track]);
});

test("whether the server forwards pictures is known from its answer", () => {
  expect(uplink.forwards.value).toBeUndefined();
  connect("inactive");
  uplink.handleAnswer();
  expect(uplink.forwards.value).toBe(false);
  connect();
  uplink.handleAnswer();
  expect(uplink.forwards.value).toBe(true);
});

test("each connection offers two sections that send nothing yet", () => {
  expect(uplink.sections.map(({ direction }) => direction)).toEqual(["sendonly", "sendonly"]);
});

test.each([
  [1_280, 720, 4],
  [720, 1_280, 4],
  [640, 480, 2],
  [200, 100, 1],
])("the low layer of %i × %i is smaller by %i", (width, height, scale) => {
  expect(lowScale({ width, height })).toBe(scale);
});

describe("the rate with which pictures begin", () => {
  const audio =
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 stereo=1\r\n";

  test("stands in the sections of pictures, whether or not they have parameters", () => {
    const vp8 = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n";
    const h264 =
      "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1\r\n";
    const rate = "x-google-start-bitrate=1500";
    expect(withStartRate(audio + vp8 + h264)).toBe(
      audio +
        vp8.replace("VP8/90000\r\n", `VP8/90000\r\na=fmtp:96 ${rate}\r\n`) +
        h264.replace("packetization-mode=1", `packetization-mode=1;${rate}`),
    );
  });

  test("changes no answer without pictures", () => {
    const declined = `${audio}m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n`;
    expect(withStartRate(audio)).toBe(audio);
    expect(withStartRate(declined)).toBe(declined);
    expect(withStartRate("answer")).toBe("answer");
  });
});
