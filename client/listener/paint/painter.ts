import type { FlashPlan } from "#protocol/flash-plan.ts";
import type { LightMap } from "#protocol/light-map.ts";
import type { FlashPhase } from "../../light/flash-guard.ts";
import { FlashPhases, isInStep } from "../../light/flash-phases.ts";
import type { HeardSpans } from "../../light/heard-spans.ts";
import { fixedSpans, weightingOf, weightsOf } from "../../light/level.ts";
import { LightMaps } from "../../light/light-map.ts";
import { LookLoader } from "../../wall/look-loader.ts";
import type { LookOptions } from "../../wall/shown-look.ts";
import type { Ear } from "../ear/ear.ts";
import type { Heard } from "../ear/pipeline.ts";
import type { Pace } from "../pace/pace.ts";
import type { Limits } from "./limits.ts";
import { Loop } from "./loop.ts";
import { type Change, Part } from "./part.ts";
import { type Scale, Screen } from "./screen.ts";

/** A change comes into effect this late at most where no frame brings it, because the screen is dark; ms. */
const SETTLE_MS = 250;

/** What the person at a screen has chosen, as far as the wall leaves it to them. */
export interface Wishes {
  chosen: Parameters<Part["task"]>[0];
  limits: Limits;
  mode: Parameters<LookLoader["show"]>[0];
}

export interface PainterOptions {
  canvas: HTMLCanvasElement;
  pace: Pace;
  ear: Pick<Ear, "sampleRate" | "fftSize" | "tick">;
  /** What the person here has chosen, by the wall's present show. */
  wishes: (part: Part) => Wishes;
  picture: LookOptions["picture"];
}

/** Brings what is heard and what the wall and the person want together on the canvas, frame by frame. */
export class Painter {
  readonly part = new Part();
  /**
   * The wall's show or this screen's place has changed, or {@link isSounding}. To be set in the task in which
   * the painter is made.
   */
  onChange!: () => void;
  readonly #options: PainterOptions;
  readonly #screen: Screen;
  readonly #looks: LookLoader;
  readonly #loop = new Loop((now) => this.#paint(now));
  readonly #phases = new FlashPhases();
  readonly #lightMaps = new LightMaps(fixedSpans(0));
  #isByEar = false;
  #heardSpans: HeardSpans | undefined;
  #weights: { key: string; weights: Float32Array } | undefined;

  constructor(options: PainterOptions) {
    this.#options = options;
    this.part.wall = () => options.pace.at(performance.now());
    this.#screen = new Screen(options.canvas, () => this.onChange());
    this.#looks = this.#lookLoader();
    this.apply();
  }

  /** Music is painted since the screen was last lit. */
  get isSounding(): boolean {
    return this.#screen.isSounding;
  }

  /** What the screen shows, 0..1. */
  get level(): number {
    return this.#screen.level;
  }

  set isLit(isLit: boolean) {
    if (isLit === this.#screen.isLit) return;
    this.#screen.isLit = isLit;
    this.#loop.run();
  }

  /** Nobody makes a light map of the sound: what is heard decides what is dark and what is bright. */
  set isByEar(isByEar: boolean) {
    if (isByEar === this.#isByEar) return;
    this.#isByEar = isByEar;
    this.#heardSpans = undefined;
    if (isByEar) void this.#loadHeardSpans();
  }

  /** Takes what is heard. */
  take(heard: readonly Heard[], beats: readonly number[]): void {
    this.#heardSpans?.add(heard);
    const newest = heard[heard.length - 1];
    if (newest) this.#options.pace.hear(newest.media);
    this.#screen.take(heard, beats);
  }

  /** Takes a change of the wall, which comes into effect at its time. */
  change(change: Change): void {
    this.part.add(change);
    this.#settle(performance.now());
    if (this.part.changing) setTimeout(() => this.#settle(performance.now()), SETTLE_MS);
  }

  /** Takes what is dark and what is bright in the song. */
  addLightMap(map: LightMap): void {
    this.#lightMaps.add(map);
  }

  /** Takes when the light of the wall may rise. */
  planFlashes(plan: FlashPlan): void {
    this.#phases.plan = plan;
  }

  /** Paints the pulses of a flash test from a time of the wall clock on, lit or not; ms. */
  flashTest(at: number): void {
    this.#options.pace.flashTest(at);
    this.#loop.run();
  }

  /** Brings what wall and person want into effect. */
  apply(): void {
    const { ear, wishes } = this.#options;
    const { chosen, limits, mode } = wishes(this.part);
    this.#screen.show(this.part.task(chosen, limits, ear), this.#scale());
    this.#looks.show(mode, this.part.place);
  }

  async #loadHeardSpans(): Promise<void> {
    try {
      const loaded = await import("../../light/heard-spans.ts");
      this.#heardSpans = new loaded.HeardSpans(this.#options.ear.sampleRate);
      this.#heardSpans.add(this.#screen.heard);
      this.apply();
    } catch {
      // Without network. Set again, it is loaded again.
      this.#isByEar = false;
    }
  }

  #lookLoader(): LookLoader {
    const { canvas, ear, picture } = this.#options;
    const options: LookOptions = {
      picture,
      sampleRate: () => ear.sampleRate,
      put: (look) => canvas.after(look),
      // A hidden canvas has no size.
      size: ({ clientWidth, clientHeight }) => ({
        width: clientWidth || innerWidth,
        height: clientHeight || innerHeight,
        ratio: devicePixelRatio,
      }),
    };
    return new LookLoader(options, (look) => {
      this.#screen.look = look;
    });
  }

  #settle(now: number): void {
    if (!this.part.advance(this.#options.pace.at(now))) return;
    this.apply();
    this.onChange();
  }

  #paint(now: number): boolean {
    const { pace, ear } = this.#options;
    if (this.part.changing) this.#settle(now);
    ear.tick(now);
    const phase = this.#phase(now);
    return this.#screen.paint({ now, due: pace.due(now), wall: pace.at(now), phase, flash: pace.flash(now) });
  }

  /**
   * What the wall's light may do. A screen that is not in step with the others, by its trim or by its clock,
   * may not rise, apart from changes that are too small to be a flash.
   */
  #phase(now: number): FlashPhase | undefined {
    const { pace } = this.#options;
    const wall = pace.untrimmed(now);
    if (wall === undefined) return;
    return this.#phases.at(wall, isInStep(pace.trim, pace.error ?? 0));
  }

  /** The same weights for the same question: the screen measures anew with others. */
  #scale(): Scale {
    const { sampleRate, fftSize } = this.#options.ear;
    const { gainDb, energy } = this.part.show;
    const heard = this.#isByEar && this.#heardSpans;
    if (heard) heard.energy = energy;
    const weighting = weightingOf(this.part.show);
    const key = `${weighting} ${sampleRate} ${fftSize}`;
    if (this.#weights?.key !== key)
      this.#weights = { key, weights: weightsOf(weighting, sampleRate, fftSize) };
    const spans = gainDb === null ? heard || this.#lightMaps : fixedSpans(gainDb);
    return { weights: this.#weights.weights, spans, beats: this.#lightMaps };
  }
}
