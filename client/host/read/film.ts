import {
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputAudioTrack,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from "mediabunny";
import { blobTarget } from "./pack.ts";
import type { Repackaged } from "./report.ts";

/** Sound that browsers play in WebM; other sound is in MP4. */
const WEBM_SOUND: ReadonlySet<string> = new Set(["opus", "vorbis"]);

/**
 * Copies the packets of a film into a new file with an index, as recordings of browsers have none. Nothing is
 * decoded. A file that was cut is copied up to the cut.
 * @returns undefined if no container that browsers play has both codecs
 */
export async function packedFilm(
  sound: InputAudioTrack | null,
  pictures: InputVideoTrack | null,
): Promise<Repackaged | undefined> {
  const [audio, video] = [await sound?.getCodec(), await pictures?.getCodec()];
  if (!sound || !pictures || !audio || !video) return undefined;
  const format = WEBM_SOUND.has(audio) ? new WebMOutputFormat() : new Mp4OutputFormat({ fastStart: false });
  const canHold = format.getSupportedCodecs();
  if (!canHold.includes(audio) || !canHold.includes(video)) return undefined;
  const [heard, seen] = [await sound.getDecoderConfig(), await pictures.getDecoderConfig()];
  if (!heard || !seen) return undefined;
  const { target, blob } = blobTarget();
  const output = new Output({ format, target });
  const [audioOut, videoOut] = [new EncodedAudioPacketSource(audio), new EncodedVideoPacketSource(video)];
  output.addVideoTrack(videoOut);
  output.addAudioTrack(audioOut);
  await output.start();
  const from = await sound.getFirstTimestamp();
  let durationS = 0;
  for await (const { packet, isSound } of inOrder(sound, pictures)) {
    const timestamp = packet.timestamp - from;
    // Pictures before the sound have no place in the song.
    if (timestamp < 0) continue;
    const moved = packet.clone({ timestamp });
    if (isSound) await audioOut.add(moved, { decoderConfig: heard });
    else await videoOut.add(moved, { decoderConfig: seen });
    durationS = Math.max(durationS, timestamp + packet.duration);
  }
  if (durationS === 0) return undefined;
  await output.finalize();
  return { playable: blob(await output.getMimeType()), durationS };
}

/** The packets of both, the earlier one first: neither waits in memory for the other. */
async function* inOrder(sound: InputAudioTrack, pictures: InputVideoTrack) {
  const [hears, sees] = [new EncodedPacketSink(sound), new EncodedPacketSink(pictures)];
  let [heard, seen] = [await hears.getFirstPacket(), await sees.getFirstPacket()];
  while (heard || seen) {
    const isSound = heard !== null && (seen === null || heard.timestamp <= seen.timestamp);
    const packet: EncodedPacket = isSound ? heard! : seen!;
    yield { packet, isSound };
    try {
      if (isSound) heard = await hears.getNextPacket(packet);
      else seen = await sees.getNextPacket(packet);
    } catch {
      // The file is damaged from here on, or cut.
      return;
    }
  }
}
