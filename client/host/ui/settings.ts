import { keepStored, readStored } from "./storage.ts";

/** The greatest trim of the sound, either way: wireless loudspeakers are up to two seconds late. */
export const SOUND_TRIM_MAX_MS = 2_000;

/** What this browser keeps for the console between visits. */
export interface ConsoleSettings {
  /** Position of the slider of this computer's volume, 0..1; it does not affect the broadcast. */
  volume: number;
  loop: boolean;
  /** Whether this computer plays the song too; it does not affect the broadcast. */
  localSound: boolean;
  /** How much later than the light this computer's own sound is to be, ms; see {@link SOUND_TRIM_MAX_MS}. */
  soundTrim: number;
  /** Whether the last song was the demo song: the only one that a page can open without the host. */
  demo: boolean;
  /** Whether screens can be placed between the points of the grid. */
  freePlaces: boolean;
  /** Whether the console shows the wall in three dimensions, not as tiles to arrange. */
  preview: boolean;
  /** Whether keys without Ctrl act (WCAG 2.2, 2.1.4: people who speak to the computer switch them off). */
  letterKeys: boolean;
  /** Code of the wall whose broadcast was not stopped; "" if none. */
  live: string;
}

export const DEFAULTS: ConsoleSettings = {
  volume: 0.8,
  loop: false,
  localSound: true,
  soundTrim: 0,
  demo: false,
  freePlaces: false,
  preview: false,
  letterKeys: true,
  live: "",
};

/** Where localStorage has the settings: one JSON object. */
export const SETTINGS_KEY = "lightwall.host";

/** The settings of the last visit; the default for each one that is missing or invalid. */
export function loadSettings(storage?: Storage): ConsoleSettings {
  const stored = (readStored(SETTINGS_KEY, storage) ?? {}) as Partial<Record<keyof ConsoleSettings, unknown>>;
  const { volume, loop, localSound, soundTrim, demo, freePlaces, preview, letterKeys, live } = stored;
  return {
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
    loop: typeof loop === "boolean" ? loop : DEFAULTS.loop,
    localSound: typeof localSound === "boolean" ? localSound : DEFAULTS.localSound,
    soundTrim:
      typeof soundTrim === "number" && Math.abs(soundTrim) <= SOUND_TRIM_MAX_MS
        ? soundTrim
        : DEFAULTS.soundTrim,
    demo: typeof demo === "boolean" ? demo : DEFAULTS.demo,
    freePlaces: typeof freePlaces === "boolean" ? freePlaces : DEFAULTS.freePlaces,
    preview: typeof preview === "boolean" ? preview : DEFAULTS.preview,
    letterKeys: typeof letterKeys === "boolean" ? letterKeys : DEFAULTS.letterKeys,
    live: typeof live === "string" ? live : DEFAULTS.live,
  };
}

/** Keeps the settings. If the browser forbids storage, the next visit starts with the defaults. */
export function saveSettings(settings: ConsoleSettings, storage?: Storage): void {
  keepStored(SETTINGS_KEY, settings, storage);
}
