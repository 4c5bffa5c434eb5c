import {
  ADTS,
  type AudioSample,
  AudioSampleSink,
  BlobSource,
  FLAC,
  Input,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from "mediabunny";
import type { TrackedBeats } from "../../light/tempo/beat-tracker.ts";
import type { Loudness } from "./loudness.ts";
import { SongSpectra } from "./song-spectra.ts";

/** Decodes a song and measures how loud it is, by frequency and time. */

export type AnalysisCommand =
  | { type: "file"; file: Blob }
  /** Sound that the page has decoded. */
  | { type: "sound"; channels: readonly Float32Array[]; rate: number };

export type AnalysisEvent =
  /** The next rows, one after the other. */
  | { type: "rows"; rows: Uint8Array<ArrayBuffer> }
  /** The beats of all that is analysed. */
  | { type: "beats"; beats: TrackedBeats }
  | { type: "done"; loudness: Loudness | undefined }
  /** This file cannot be decoded here. */
  | { type: "failed" };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<AnalysisCommand>) => void;
  postMessage(message: AnalysisEvent, transferred?: readonly ArrayBuffer[]): void;
};

const FORMATS = [MP3, WAVE, FLAC, OGG, MP4, QTFF, ADTS, WEBM];

/** How much of the file the library keeps, bytes: it reads from front to back. */
const CACHE_BYTES = 1_000_000;

/** Sound that is analysed before the page hears of it, s. */
const PIECE_S = 2;

/** Beats are looked for after so much sound, s, and again whenever so many times as much is known. */
const BEATS = { firstS: 60, growth: 1.25 };

scope.onmessage = ({ data: command }) => {
  if (command.type === "sound") analyseSound(command.channels, command.rate);
  else analyseFile(command.file).catch(() => scope.postMessage({ type: "failed" }));
};

/** Decodes piece by piece, so that a long file takes no more memory than a short one. */
async function analyseFile(file: Blob): Promise<void> {
  const input = new Input({ source: new BlobSource(file, { maxCacheSize: CACHE_BYTES }), formats: FORMATS });
  const track = await input.getPrimaryAudioTrack();
  if (!track || !(await track.canDecode())) throw new Error("no audio that can be decoded");
  let spectra: SongSpectra | undefined;
  let [rate, postedS, beatsS] = [0, 0, BEATS.firstS];
  for await (const sample of new AudioSampleSink(track).samples()) {
    if (rate !== sample.sampleRate) {
      if (spectra) post(spectra);
      spectra = new SongSpectra(sample.sampleRate);
    }
    rate = sample.sampleRate;
    spectra!.add(channelsOf(sample));
    const end = sample.timestamp + sample.duration;
    sample.close();
    if (end - postedS < PIECE_S) continue;
    if (end >= beatsS) {
      scope.postMessage({ type: "beats", beats: spectra!.beats });
      beatsS = end * BEATS.growth;
    }
    postedS = end;
    post(spectra!);
  }
  end(spectra);
}

/** Where the channels of one sample after the other are: new memory for each would be garbage at once. */
const buffers: Float32Array<ArrayBuffer>[] = [];

function channelsOf(sample: AudioSample): Float32Array[] {
  const { numberOfChannels, numberOfFrames } = sample;
  return Array.from({ length: numberOfChannels }, (_, planeIndex) => {
    const former = buffers[planeIndex];
    const buffer = former && former.length >= numberOfFrames ? former : new Float32Array(numberOfFrames);
    buffers[planeIndex] = buffer;
    const channel = buffer.subarray(0, numberOfFrames);
    sample.copyTo(channel, { planeIndex, format: "f32-planar" });
    return channel;
  });
}

function analyseSound(channels: readonly Float32Array[], rate: number): void {
  const spectra = new SongSpectra(rate);
  const length = channels[0]?.length ?? 0;
  for (let at = 0; at < length; at += PIECE_S * rate) {
    const end = Math.min(at + PIECE_S * rate, length);
    spectra.add(channels.map((channel) => channel.subarray(at, end)));
    post(spectra);
  }
  end(spectra);
}

function end(spectra: SongSpectra | undefined): void {
  if (spectra) {
    post(spectra);
    scope.postMessage({ type: "beats", beats: spectra.beats });
  }
  scope.postMessage({ type: "done", loudness: spectra?.loudness });
}

/** Sends the page the rows since the last time. They are moved, not copied. */
function post(spectra: SongSpectra): void {
  const rows = spectra.takeRows();
  scope.postMessage({ type: "rows", rows }, [rows.buffer]);
}
