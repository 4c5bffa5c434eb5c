import { describe, expect, test } from "vitest";
import { SongTempo } from "../../../../../client/host/light/song-tempo.ts";
import type { TrackedBeats } from "../../../../../client/light/tempo/beat-tracker.ts";

/** A minute of beats at this tempo, from 1 s on; the second beat begins a bar. */
function found(bpm: number, confidence: number): TrackedBeats {
  const beats = Array.from({ length: bpm }, (_, n) => 1_000 + (n * 60_000) / bpm);
  const section = { firstBeat: 0, endBeat: beats.length, bpm, confidence, barOffset: 1, barConfidence: 1 };
  return { beats, sections: [section] };
}

/** Taps a beat every `periodMs`, from `from` on. */
function tapped(tempo: SongTempo, from: number, periodMs: number, taps = 5): void {
  for (let n = 0; n < taps; n++) tempo.tap(from + n * periodMs, 60_000);
}

describe("the tempo of a song", () => {
  test("is not known before the song was looked at, nor where it has no rhythm", () => {
    const tempo = new SongTempo();
    expect([tempo.at(0), tempo.beats.value]).toEqual([undefined, undefined]);
    tempo.tracked.value = { beats: [], sections: [] };
    expect(tempo.at(0)).toBeUndefined();
  });

  test("is sure or guessed, as the analysis says", () => {
    const tempo = new SongTempo();
    tempo.tracked.value = found(120, 0.9);
    expect(tempo.at(5_000)).toEqual({ bpm: 120, from: "sure" });
    tempo.tracked.value = found(120, 0.3);
    expect(tempo.at(5_000)).toEqual({ bpm: 120, from: "guessed" });
    expect(tempo.at(70_000)).toBeUndefined();
  });

  test("is half or twice what was found, if the host says so, and beats follow", () => {
    const tempo = new SongTempo();
    tempo.tracked.value = found(120, 0.9);
    const between = () => tempo.beats.value!.between(5_000, 7_000).length;
    expect(between()).toBe(4);
    tempo.factor.value = 2;
    expect([tempo.at(5_000)!.bpm, between()]).toEqual([240, 8]);
    tempo.factor.value = 0.5;
    expect([tempo.at(5_000)!.bpm, between()]).toEqual([60, 2]);
    tempo.forget();
    expect([tempo.at(5_000)!.bpm, between()]).toEqual([120, 4]);
  });

  test("is what the host taps, over the whole song, and a bar begins with the last tap", () => {
    const tempo = new SongTempo();
    tempo.tracked.value = found(90, 0.9);
    tapped(tempo, 20_100, 500, 3);
    expect(tempo.at(0)!.bpm).toBe(90);
    tapped(tempo, 21_600, 500, 2);
    expect(tempo.at(0)).toEqual({ bpm: 120, from: "tapped" });
    expect(tempo.beats.value!.around(22_110)).toMatchObject({ inBar: 0 });
    expect(tempo.beats.value!.around(22_110)!.since).toBeCloseTo(10);
    expect(tempo.beats.value!.between(0, 60_000)).toHaveLength(120);
    tempo.forget();
    expect(tempo.at(2_000)).toEqual({ bpm: 90, from: "sure" });
  });

  test("forgets taps from before a seek back", () => {
    const tempo = new SongTempo();
    tapped(tempo, 20_000, 500, 3);
    tapped(tempo, 5_000, 400, 3);
    expect(tempo.isTapped.value).toBe(false);
  });

  test("begins anew with another song", () => {
    const tempo = new SongTempo();
    tempo.tracked.value = found(120, 0.9);
    tapped(tempo, 20_000, 500);
    tempo.reset();
    expect([tempo.at(0), tempo.isTapped.value]).toEqual([undefined, false]);
  });
});
