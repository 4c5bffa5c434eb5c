import { noise, SAMPLE_RATE, type Stereo } from "../demo-song/synth.ts";
import { Filter } from "./filter.ts";
import { saw } from "./voices.ts";

/** A phrase that is spoken. */
export interface Phrase {
  /** Samples from the start of the song. */
  at: number;
  seconds: number;
  /** 1 is full scale, nearly. */
  gain: number;
  pitchHz: number;
  syllablesPerS: number;
  seed: number;
}

/** The first three formants of some vowels, Hz (after Peterson and Barney, 1952). */
const VOWELS = [
  [730, 1_090, 2_440],
  [270, 2_290, 3_010],
  [300, 870, 2_240],
  [530, 1_840, 2_480],
  [570, 840, 2_410],
  [500, 1_500, 2_500],
  [660, 1_720, 2_410],
] as const;
/** How loud the formants are, beside one another. */
const FORMANT_GAINS = [1, 0.7, 0.45] as const;
const BLOCK = 48;

/** A syllable: a consonant, then a vowel. Times in s of the phrase. */
interface Syllable {
  begin: number;
  voiced: number;
  end: number;
  consonant: "hiss" | "stop" | "hum";
  vowel: (typeof VOWELS)[number];
  loud: number;
  hissHz: number;
}

/** Adds a phrase without words: the buzz of a voice, shaped by vowels, between hisses and stops. */
export function speak(bus: Stereo, phrase: Phrase): void {
  const random = noise(phrase.seed);
  const chance = () => (random() + 1) / 2;
  const syllables = syllablesOf(phrase, chance);
  const formants = FORMANT_GAINS.map(() => new Filter(500, 8));
  const [tilt, hisses, breath] = [new Filter(1_800), new Filter(5_000, 1.6), new Filter(3_000)];
  const at = [500, 1_500, 2_500];
  let [phase, voice, hiss, index] = [0, 0, 0, 0];
  const samples = Math.min(Math.round(phrase.seconds * SAMPLE_RATE), bus.left.length - phrase.at);
  let pitch = phrase.pitchHz;
  for (let n = 0; n < samples; n++) {
    const time = n / SAMPLE_RATE;
    while (index + 1 < syllables.length && time >= syllables[index]!.end) index++;
    const now = syllables[index]!;
    const isVoiced = time >= now.voiced && time < now.end - 0.02;
    if (n % BLOCK === 0) {
      // The pitch falls over a phrase, and rises a little in each syllable.
      const share = time / phrase.seconds;
      const accent = Math.sin(Math.PI * Math.min(1, (time - now.begin) / (now.end - now.begin)));
      pitch = phrase.pitchHz * (1.18 - 0.35 * share + 0.12 * accent * now.loud + 0.008 * random());
      for (const [f, filter] of formants.entries()) {
        at[f]! += 0.06 * (now.vowel[f]! - at[f]!);
        filter.tune(at[f]!, 6 + 2 * f);
      }
      hisses.tune(now.hissHz, 1.6);
    }
    voice += 0.002 * ((isVoiced ? now.loud : now.consonant === "hum" ? 0.25 : 0) - voice);
    const isHissing = time < now.voiced && now.consonant !== "hum";
    const burst = now.consonant === "stop" ? (now.voiced - time < 0.014 ? 0.9 : 0) : 0.45;
    hiss += 0.004 * ((isHissing ? burst * now.loud : 0) - hiss);
    const step = pitch / SAMPLE_RATE;
    phase = (phase + step) % 1;
    const white = random();
    breath.next(white);
    const source = tilt.next(saw(phase, step)) * voice + 0.04 * breath.high * voice;
    let sound = 0.12 * source;
    for (const [f, filter] of formants.entries()) {
      filter.next(source);
      sound += FORMANT_GAINS[f]! * filter.band;
    }
    hisses.next(white * hiss);
    sound = 0.9 * sound + 0.8 * hisses.band + 0.3 * hisses.high;
    const fade = Math.min(1, (samples - n) / 960);
    bus.left[phrase.at + n]! += phrase.gain * fade * sound;
    bus.right[phrase.at + n]! += phrase.gain * fade * sound;
  }
}

function syllablesOf({ seconds, syllablesPerS }: Phrase, chance: () => number): Syllable[] {
  const syllables: Syllable[] = [];
  for (let begin = 0; begin < seconds; ) {
    const length = (0.65 + 0.7 * chance()) / syllablesPerS;
    const consonant = (["hiss", "stop", "hum", "stop"] as const)[Math.floor(chance() * 4) % 4]!;
    const share = { hiss: 0.38, stop: 0.3, hum: 0.25 }[consonant];
    syllables.push({
      begin,
      voiced: begin + share * length,
      end: begin + length,
      consonant,
      vowel: VOWELS[Math.floor(chance() * VOWELS.length) % VOWELS.length]!,
      loud: 0.5 + 0.5 * chance(),
      hissHz: 3_500 + 4_000 * chance(),
    });
    begin += length;
  }
  return syllables;
}
