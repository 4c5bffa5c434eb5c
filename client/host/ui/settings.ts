import { keepStored, readStored } from "./storage.ts";

/** The greatest trim of the sound, either way: wireless loudspeakers are up to two seconds late. */
export const SOUND_TRIM_MAX_MS = 2_000;

/** The longest time in which two songs are heard together, s. */
export const CROSSFADE_MAX_S = 12;

/** What is played after the last song: nothing, the same song without end, or all of them from the first. */
export type Loop = "off" | "one" | "all";
const LOOPS: readonly unknown[] = ["off", "one", "all"] satisfies Loop[];

/** A random order of songs that stays the same while songs are added and taken out. */
export interface Shuffle {
  readonly seed: number;
  /** The song that was played when the order was made: it comes first, and all others after it. */
  readonly first: string;
}

/** What this browser keeps for the console between visits. */
export interface ConsoleSettings {
  /** Position of the slider of this computer's volume, 0..1; it does not affect the broadcast. */
  volume: number;
  loop: Loop;
  /** The order in which songs are played; null for that of the queue. */
  shuffle: Shuffle | null;
  /** How long two songs are heard together, s. */
  crossfade: number;
  /** Whether all songs are made equally loud. */
  evenLoudness: boolean;
  /** Whether this computer plays the song too; it does not affect the broadcast. */
  localSound: boolean;
  /** How much later than the light this computer's own sound is to be, ms; see {@link SOUND_TRIM_MAX_MS}. */
  soundTrim: number;
  /** Whether screens can be placed between the points of the grid. */
  freePlaces: boolean;
  /** Whether the console shows the wall in three dimensions, not as tiles to arrange. */
  preview: boolean;
  /** Whether keys without Ctrl act (WCAG 2.2, 2.1.4: people who speak to the computer switch them off). */
  letterKeys: boolean;
  /** The address of this server that the host has chosen for links and QR codes; "" for the likeliest. */
  sharedSite: string;
  /** Code of the wall whose broadcast was not stopped; "" if none. */
  live: string;
}

export const DEFAULTS: ConsoleSettings = {
  volume: 0.8,
  loop: "off",
  shuffle: null,
  crossfade: 3,
  evenLoudness: true,
  localSound: true,
  soundTrim: 0,
  freePlaces: false,
  preview: false,
  letterKeys: true,
  sharedSite: "",
  live: "",
};

/** Where localStorage has the settings: one JSON object. */
export const SETTINGS_KEY = "lightwall.host";

/** The settings of the last visit; the default for each one that is missing or invalid. */
export function loadSettings(storage?: Storage): ConsoleSettings {
  const stored = (readStored(SETTINGS_KEY, storage) ?? {}) as Partial<Record<keyof ConsoleSettings, unknown>>;
  const valid = <Key extends keyof ConsoleSettings>(key: Key, isValid: (value: unknown) => boolean) =>
    (isValid(stored[key]) ? stored[key] : DEFAULTS[key]) as ConsoleSettings[Key];
  return {
    volume: valid("volume", isWithin(0, 1)),
    loop: valid("loop", (value) => LOOPS.includes(value)),
    shuffle: valid("shuffle", isShuffle),
    crossfade: valid("crossfade", isWithin(0, CROSSFADE_MAX_S)),
    evenLoudness: valid("evenLoudness", isBoolean),
    localSound: valid("localSound", isBoolean),
    soundTrim: valid("soundTrim", isWithin(-SOUND_TRIM_MAX_MS, SOUND_TRIM_MAX_MS)),
    freePlaces: valid("freePlaces", isBoolean),
    preview: valid("preview", isBoolean),
    letterKeys: valid("letterKeys", isBoolean),
    sharedSite: valid("sharedSite", (value) => typeof value === "string"),
    live: valid("live", (value) => typeof value === "string"),
  };
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isWithin(least: number, most: number): (value: unknown) => boolean {
  return (value) => typeof value === "number" && value >= least && value <= most;
}

function isShuffle(value: unknown): boolean {
  const { seed, first } = (value ?? {}) as Partial<Record<keyof Shuffle, unknown>>;
  return typeof seed === "number" && typeof first === "string";
}

/** Keeps the settings. If the browser forbids storage, the next visit starts with the defaults. */
export function saveSettings(settings: ConsoleSettings, storage?: Storage): void {
  keepStored(SETTINGS_KEY, settings, storage);
}
