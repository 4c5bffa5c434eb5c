import { describe, expect, test } from "vitest";
import {
  DEFAULTS,
  loadSettings,
  SETTINGS_KEY,
  saveSettings,
} from "../../../../../client/host/ui/settings.ts";
import { memoryStorage } from "../../../../support/storage.ts";

describe("the settings of the console", () => {
  test("are loaded as they were saved", () => {
    const storage = memoryStorage();
    const settings = {
      volume: 0.25,
      loop: "all" as const,
      shuffle: { seed: 0.5, first: "a" },
      crossfade: 12,
      evenLoudness: false,
      localSound: false,
      soundTrim: -40,
      freePlaces: true,
      preview: true,
      letterKeys: false,
      sharedSite: "https://lights.example",
      live: "K7QXM",
    };
    saveSettings(settings, storage);
    expect(loadSettings(storage)).toEqual(settings);
  });

  test.each([
    "",
    "no json",
    "null",
    "7",
    '{"volume":7,"loop":"yes","localSound":0,"soundTrim":2001,"live":null}',
  ])("are the defaults if storage holds %j", (stored) => {
    const storage = memoryStorage();
    storage.setItem(SETTINGS_KEY, stored);
    expect(loadSettings(storage)).toEqual(DEFAULTS);
  });

  test("are the defaults if the browser forbids storage, and saving them does nothing", () => {
    const storage = memoryStorage();
    storage.getItem = storage.setItem = () => {
      throw new DOMException("denied", "SecurityError");
    };
    expect(() => saveSettings(DEFAULTS, storage)).not.toThrow();
    expect(loadSettings(storage)).toEqual(DEFAULTS);
  });
});
