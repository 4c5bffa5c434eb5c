import { MODES } from "#protocol/wall.ts";
import { BANDS, type BandName, HIGHEST_HZ, LOWEST_HZ, nameOfBand } from "../../light/band.ts";
import { colourOf, css, hueOf, PALETTES, type Palette, type PaletteName } from "../../light/colour.ts";
import { bandNames, lookNames, paletteNames } from "../../words/en/light.ts";
import { units } from "../../words/en/units.ts";
import { bandText, numberText, signedText } from "../../words/units.ts";
import { wordsReady } from "../../words/words.ts";
import type { Connection } from "../join/connection.ts";
import type { Sound } from "../pace/sound.ts";
import { byId } from "./element.ts";
import { canFillScreen, toggleFullScreen } from "./full-screen.ts";
import { Panel } from "./panel.ts";
import type { ScreenSettings } from "./settings.ts";
import { attachTorch } from "./torch.ts";
import { keepSettings } from "./written-settings.ts";

/** Steps of a slider for a frequency. */
const STEPS = 1_000;

/** What the controls work. */
export interface Controlled {
  readonly sound: Pick<Sound, "load" | "want">;
  readonly send: Connection["send"];
  /** What the screen shows, 0..1. */
  readonly level: () => number;
}

export interface ControlsOptions {
  settings: ScreenSettings;
  readonly listener: Controlled;
  onSettings(settings: ScreenSettings): void;
  /** The band is the one that the wall gives from now on. */
  onFollow(): void;
}

/** Makes the controls once their words are there. */
export async function makeControls(options: ControlsOptions): Promise<Controls> {
  await wordsReady();
  return new Controls(options);
}

/** The controls of a screen, in their {@link Panel}. */
export class Controls {
  readonly #panel: Panel;
  readonly #low = byId<HTMLInputElement>("low");
  readonly #high = byId<HTMLInputElement>("high");
  readonly #options: ControlsOptions;
  #settings: ScreenSettings;

  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#panel = new Panel(() => options.listener.send({ type: "spark" }));
    keepSettings(this.#settings);
    this.#buildBands();
    this.#buildPalettes();
    this.#buildModes();
    this.#buildSwitches();
    this.#draw();
  }

  /** Opens or closes the controls where a press anywhere on the page asks for it. */
  pressed(event: Event): void {
    this.#panel.pressed(event);
  }

  #buildBands(): void {
    const chips = (Object.keys(BANDS) as BandName[]).map((name) =>
      choice("band", name, bandNames()[name], () => this.#change({ band: BANDS[name] })),
    );
    byId("bands").append(...chips);
    this.#low.addEventListener("input", () => this.#slide(this.#low));
    this.#high.addEventListener("input", () => this.#slide(this.#high));
  }

  #buildPalettes(): void {
    const swatches = (Object.keys(PALETTES) as PaletteName[]).map((name) => {
      const swatch = choice("palette", name, paletteNames()[name], () => this.#change({ palette: name }));
      const stops = gradientOf(PALETTES[name]);
      swatch.style.setProperty("--gradient", `linear-gradient(90deg, ${stops.join(", ")})`);
      return swatch;
    });
    byId("palettes").append(...swatches);
  }

  #buildModes(): void {
    const chips = MODES.map((mode) => choice("mode", mode, lookNames()[mode], () => this.#change({ mode })));
    byId("modes").append(...chips);
  }

  #buildSwitches(): void {
    const trim = byId<HTMLInputElement>("trim");
    trim.addEventListener("input", () => this.#change({ trimMs: trim.valueAsNumber }));
    const sound = byId("sound");
    sound.addEventListener("click", () => {
      const audible = sound.getAttribute("aria-checked") !== "true";
      sound.setAttribute("aria-checked", String(audible));
      this.#options.listener.sound.want(audible);
    });
    const fullScreen = byId("fullscreen");
    fullScreen.hidden = !canFillScreen();
    fullScreen.addEventListener("click", toggleFullScreen);
    byId("follow").addEventListener("click", () => {
      this.#change({ band: BANDS.all });
      this.#options.onFollow();
    });
    attachTorch(this.#options.listener.level);
  }

  /** One thumb pushes the other, and does not pass it. */
  #slide(moved: HTMLInputElement): void {
    const value = moved.valueAsNumber;
    const { low, high } = this.#settings.band;
    const band =
      moved === this.#low
        ? { low: hertzAt(value), high: Math.max(high, hertzAt(value)) }
        : { low: Math.min(low, hertzAt(value)), high: hertzAt(value) };
    this.#change({ band });
  }

  #change(change: Partial<ScreenSettings>): void {
    this.#settings = { ...this.#settings, ...change };
    this.#draw();
    keepSettings(this.#settings);
    this.#options.onSettings(this.#settings);
  }

  #draw(): void {
    const { band, palette, mode, trimMs } = this.#settings;
    byId<HTMLInputElement>("trim").valueAsNumber = trimMs;
    const trimText = units().milliseconds({ number: signedText(trimMs) });
    byId("trim-ms").textContent = trimText;
    byId("trim").setAttribute("aria-valuetext", trimText);
    check("palette", palette);
    check("mode", mode);
    check("band", nameOfBand(band));
    drawThumb(this.#low, band.low);
    drawThumb(this.#high, band.high);
    // At the right end the low thumb would lie under the high one, where nobody can reach it.
    this.#low.style.zIndex = this.#low.valueAsNumber > STEPS / 2 ? "1" : "";
    const { style } = byId("span");
    style.left = `${this.#low.valueAsNumber / (STEPS / 100)}%`;
    style.right = `${100 - this.#high.valueAsNumber / (STEPS / 100)}%`;
    byId("hertz").textContent = bandText(band);
  }
}

/**
 * The colours of a palette from dark to bright; of one of two colours, first those of high bands; of that
 * which gives each band its hue, these hues.
 */
function gradientOf(palette: Palette): string[] {
  const of = (half: Palette, levels: readonly number[]) => levels.map((level) => css(colourOf(half, level)));
  if (palette === PALETTES["by-band"]) {
    const { all: _, ...bands } = BANDS;
    return Object.values(bands).map((band) => css(colourOf(hueOf(band), 0.6)));
  }
  const high = palette.of?.(BANDS.brilliance);
  if (!high)
    return of(
      palette,
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => n / 8),
    );
  return [...of(high, [1, 0.75, 0.5, 0.25, 0]), ...of(palette, [0.25, 0.5, 0.75, 1])];
}

/** A radio button that looks like a chip or a swatch. */
function choice(name: string, value: string, text: string, onChoose: () => void): HTMLLabelElement {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name, value });
  input.addEventListener("change", onChoose);
  const face = document.createElement("span");
  face.textContent = text;
  label.append(input, face);
  return label;
}

function check(name: string, value: string | undefined): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)) {
    input.checked = input.value === value;
  }
}

/** The slider is logarithmic: each tenth of it spans the same musical interval. */
function hertzAt(step: number): number {
  return Number((LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (step / STEPS)).toPrecision(2));
}

function drawThumb(thumb: HTMLInputElement, hertz: number): void {
  thumb.valueAsNumber = Math.round((STEPS * Math.log(hertz / LOWEST_HZ)) / Math.log(HIGHEST_HZ / LOWEST_HZ));
  thumb.setAttribute("aria-valuetext", units().spokenHertz({ number: numberText(hertz, 1) }));
}
