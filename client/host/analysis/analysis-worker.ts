import type { TrackedBeats } from "../../light/tempo/beat-tracker.ts";
import { decodedSong } from "./decoded-song.ts";
import type { Loudness } from "./loudness.ts";
import { SongSpectra } from "./song-spectra.ts";

/** Measures how loud a song is, by frequency and time, and finds its beats. */

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

/** Sound that is analysed before the page hears of it, s. */
const PIECE_S = 2;

/** Beats are looked for after so much sound, s, and again whenever so many times as much is known. */
const BEATS = { firstS: 60, growth: 1.5 };

scope.onmessage = ({ data: command }) => {
  if (command.type === "sound") analyseSound(command.channels, command.rate);
  else analyseFile(command.file).catch(() => scope.postMessage({ type: "failed" }));
};

/** Analyses piece by piece, so that a long file takes little more memory than a short one. */
async function analyseFile(file: Blob): Promise<void> {
  let spectra: SongSpectra | undefined;
  let [knownRate, postedS, beatsS] = [0, 0, BEATS.firstS];
  for await (const { channels, rate, endS } of decodedSong(file)) {
    if (rate !== knownRate) {
      if (spectra) post(spectra);
      spectra = new SongSpectra(rate);
      knownRate = rate;
    }
    spectra!.add(channels);
    if (endS - postedS < PIECE_S) continue;
    if (endS >= beatsS) {
      scope.postMessage({ type: "beats", beats: spectra!.beats });
      beatsS = endS * BEATS.growth;
    }
    postedS = endS;
    post(spectra!);
  }
  end(spectra);
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
