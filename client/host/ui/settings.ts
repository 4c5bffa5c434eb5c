/** What the console remembers from one visit to the next, in this browser. */
export interface Settings {
  /** 0..1, as the slider stands. */
  volume: number;
  loop: boolean;
  /** Whether the song is heard on this machine; the broadcast has it either way. */
  localSound: boolean;
  /** How much later than the light this machine's own sound is meant to be, −300…300 ms. */
  soundTrim: number;
  /** Whether the song chosen last is the demo song, the only one that a page can open again by itself. */
  demo: boolean;
  /** Whether screens may be put between the places of the grid. */
  freePlaces: boolean;
  /** Whether the wall is seen as it hangs, rather than as tiles to arrange. */
  preview: boolean;
  /** The wall that was live and not stopped; "" if none. */
  live: string;
}

export const DEFAULTS: Settings = {
  volume: 0.8,
  loop: false,
  localSound: true,
  soundTrim: 0,
  demo: false,
  freePlaces: false,
  preview: false,
  live: "",
};

/** Where the settings are kept: one JSON object. */
export const SETTINGS_KEY = "lightwall.host";

/** The remembered settings; what is missing or makes no sense is as by default. */
export function loadSettings(storage?: Storage): Settings {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(SETTINGS_KEY) ?? "{}");
    const { volume, loop, localSound, soundTrim, demo, freePlaces, preview, live } = (stored ??
      {}) as Partial<Record<keyof Settings, unknown>>;
    return {
      volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
      loop: typeof loop === "boolean" ? loop : DEFAULTS.loop,
      localSound: typeof localSound === "boolean" ? localSound : DEFAULTS.localSound,
      soundTrim: typeof soundTrim === "number" && Math.abs(soundTrim) <= 300 ? soundTrim : DEFAULTS.soundTrim,
      demo: typeof demo === "boolean" ? demo : DEFAULTS.demo,
      freePlaces: typeof freePlaces === "boolean" ? freePlaces : DEFAULTS.freePlaces,
      preview: typeof preview === "boolean" ? preview : DEFAULTS.preview,
      live: typeof live === "string" ? live : DEFAULTS.live,
    };
  } catch {
    return { ...DEFAULTS };
  }
}

/** Remembers the settings; where the browser forbids it, they last as long as the page. */
export function saveSettings(settings: Settings, storage?: Storage): void {
  try {
    (storage ?? localStorage).setItem(SETTINGS_KEY, JSON.stringify(settings));
  } catch {
    // Nothing is lost but convenience.
  }
}
