import {
  type AudioCodec,
  Conversion,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FlacOutputFormat,
  type InputAudioTrack,
  Mp3OutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  StreamTarget,
  type StreamTargetChunk,
  WavOutputFormat,
  WebMOutputFormat,
} from "mediabunny";
import type { Repackaged } from "./report.ts";
import { FORMAT_INTEGER, wavFormat, wavHeader } from "./wav.ts";

/** How much of a copy is in memory before it becomes part of a Blob, which may be on the disk. */
const CHUNK_BYTES = 4_000_000;
/** Bytes before the samples in a WAV file without tags. */
const WAV_HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** The container for each codec that a copy is made in. */
function formatFor(codec: AudioCodec): OutputFormat | undefined {
  // Not Ogg, in which players find a time by guessing. In WebM there is an index.
  if (codec === "opus" || codec === "vorbis") return new WebMOutputFormat();
  if (codec === "aac" || codec === "ac3" || codec === "eac3")
    return new Mp4OutputFormat({ fastStart: false });
  if (codec === "mp3") return new Mp3OutputFormat();
  if (codec === "flac") return new FlacOutputFormat();
  return undefined;
}

/**
 * Copies the packets of a song, or of the links of a chain one after the other, into a new file. Nothing is
 * decoded. A file that was cut is copied up to the cut.
 * @returns undefined if the links are not of one making, or nothing can be made of the codec
 */
export async function packed(tracks: readonly (InputAudioTrack | null)[]): Promise<Repackaged | undefined> {
  const codec = await tracks[0]?.getCodec();
  const format = codec && formatFor(codec);
  const config = await tracks[0]?.getDecoderConfig();
  if (!codec || !format || !config) return undefined;
  const makings = await Promise.all(tracks.map(makingOf));
  if (makings.some((one) => one !== makings[0])) return undefined;
  const { target, blob } = blobTarget();
  const output = new Output({ format, target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  let durationS = 0;
  for (const track of tracks) {
    const offset = durationS - (await track!.getFirstTimestamp());
    try {
      // One by one: the sink's iterator reads ahead, and where that fails it keeps what it has got.
      const sink = new EncodedPacketSink(track!);
      for (let packet = await sink.getFirstPacket(); packet; packet = await sink.getNextPacket(packet)) {
        const timestamp = Math.max(packet.timestamp + offset, 0);
        await source.add(packet.clone({ timestamp }), { decoderConfig: config });
        durationS = timestamp + packet.duration;
      }
    } catch (error) {
      // The file is damaged from here on, or cut.
      if (durationS === 0) throw error;
    }
  }
  await output.finalize();
  return { playable: blob(await output.getMimeType()), durationS };
}

/**
 * Decodes a song, or the links of a chain one after the other, to WAV.
 * @returns undefined if this browser cannot decode one of them here; it decodes on secure origins only
 */
export async function decoded(tracks: readonly (InputAudioTrack | null)[]): Promise<Repackaged | undefined> {
  const first = tracks[0];
  if (!first) return undefined;
  const [sampleRate, channels] = [
    await first.getSampleRate(),
    Math.min(await first.getNumberOfChannels(), 2),
  ];
  const parts: Blob[] = [];
  for (const track of tracks) {
    if (!track || !(await track.canDecode())) return undefined;
    const { target, blob } = blobTarget();
    const conversion = await Conversion.init({
      input: track.input,
      output: new Output({ format: new WavOutputFormat(), target }),
      tracks: "primary",
      video: { discard: true },
      audio: { codec: "pcm-s16", sampleRate, numberOfChannels: channels, forceTranscode: true },
      tags: {},
      showWarnings: false,
    });
    if (!conversion.isValid) return undefined;
    await conversion.execute();
    parts.push(blob("").slice(WAV_HEADER_BYTES));
  }
  const bytes = parts.reduce((sum, { size }) => sum + size, 0);
  const header = wavHeader(wavFormat(FORMAT_INTEGER, channels, sampleRate, 8 * BYTES_PER_SAMPLE), bytes);
  const playable = new Blob([header, ...parts], { type: "audio/wav" });
  return { playable, durationS: bytes / (sampleRate * channels * BYTES_PER_SAMPLE) };
}

/** What must be the same for a decoder to take packets of two links one after the other. */
async function makingOf(track: InputAudioTrack | null): Promise<string> {
  const config = await track?.getDecoderConfig();
  if (!config) return "";
  const { codec, numberOfChannels, sampleRate, description } = config;
  const bytes = description ? new Uint8Array(description as Uint8Array<ArrayBuffer>) : new Uint8Array(0);
  const setup = codec === "vorbis" ? vorbisSetup(bytes) : "";
  return [codec, numberOfChannels, sampleRate, setup].join(" ");
}

/** The last of the three packets before the sound of Vorbis: how it is coded. The second one is comments. */
function vorbisSetup(description: Uint8Array): string {
  let at = 1;
  let before = 0;
  for (let packets = description[0]!; packets > 0 && at < description.length; at++) {
    before += description[at]!;
    if (description[at]! < 255) packets--;
  }
  return description.subarray(at + before).join();
}

/** Where an output is written: a Blob, which grows by what is written and is not in this worker's memory. */
export function blobTarget() {
  let whole = new Blob([]);
  const write = ({ data, position }: StreamTargetChunk) => {
    const before = whole.slice(0, position);
    whole = new Blob([before, data, whole.slice(position + data.length)]);
  };
  const target = new StreamTarget(new WritableStream({ write }), { chunked: true, chunkSize: CHUNK_BYTES });
  return { target, blob: (type: string) => whole.slice(0, whole.size, type) };
}
