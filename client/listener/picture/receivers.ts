/** The layers of a picture, in the order in which the server expects them in an offer. */
export const LAYERS = ["high", "low"] as const;
export type Layer = (typeof LAYERS)[number];

/** What receives the layers of the host's picture. */
export type PictureReceivers = Readonly<Record<Layer, RTCRtpReceiver>>;

/** What the server forwards; see `server/media/wire/picture-sections.ts`. */
const CODECS = /^video\/(vp8|h264)$/i;

/** A receiver of Chromium before 141, which gives the frames of all its tracks or of none. */
interface StreamingReceiver {
  createEncodedStreams?(): { readable: ReadableStream; writable: WritableStream };
}

/**
 * Makes room for the host's picture in an offer that is still to be made. To be called after the song's
 * section is there.
 * @param areTapped whether the connection was made with `encodedInsertableStreams`: then nothing is decoded
 * unless somebody passes it on
 */
export function addPictureReceivers(pc: RTCPeerConnection, areTapped: boolean): PictureReceivers {
  const [high, low] = LAYERS.map(() => {
    const transceiver = pc.addTransceiver("video", { direction: "recvonly" });
    preferCodecs(transceiver);
    if (areTapped) passOn(transceiver.receiver as StreamingReceiver);
    return transceiver.receiver;
  });
  return { high: high!, low: low! };
}

/** Leaves out of the offer what the server does not forward: it is half as long then. */
function preferCodecs(transceiver: RTCRtpTransceiver): void {
  if (!("setCodecPreferences" in RTCRtpTransceiver.prototype)) return;
  const codecs = RTCRtpReceiver.getCapabilities?.("video")?.codecs.filter(({ mimeType }) =>
    CODECS.test(mimeType),
  );
  try {
    if (codecs?.length) transceiver.setCodecPreferences(codecs);
  } catch {
    // The offer is longer.
  }
}

function passOn(receiver: StreamingReceiver): void {
  const streams = receiver.createEncodedStreams?.();
  // Rejects when the connection closes.
  streams?.readable.pipeTo(streams.writable).catch(() => {});
}
