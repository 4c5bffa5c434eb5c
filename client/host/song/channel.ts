/** Points of the curve of a fade. */
const CURVE_POINTS = 64;

/**
 * Two sounds that cross by these curves have the same power together all the time, where they have nothing in
 * common.
 */
const RISE = Float32Array.from({ length: CURVE_POINTS }, (_, n) =>
  Math.sin((n / (CURVE_POINTS - 1)) * (Math.PI / 2)),
);
const FALL = RISE.toReversed();

/** After so many time constants, an exponential glide has come 95 % of its way. */
const TIME_CONSTANTS = 3;

/** Where a sound enters the audio graph: source → level → fade in → fade out → graph; each fade once. */
export class Channel {
  readonly #source: AudioNode;
  readonly #level: GainNode;
  readonly #in: GainNode;
  readonly #out: GainNode;

  constructor(source: AudioNode, target: AudioNode) {
    const { context } = source;
    this.#source = source;
    this.#level = context.createGain();
    this.#in = context.createGain();
    this.#out = context.createGain();
    source.connect(this.#level).connect(this.#in).connect(this.#out).connect(target);
  }

  /**
   * @param gainDb how much louder the sound becomes, dB
   * @param seconds time that the change takes
   */
  setGain(gainDb: number, seconds: number): void {
    const { gain, context } = this.#level;
    const to = 10 ** (gainDb / 20);
    if (seconds === 0) gain.value = to;
    else gain.setTargetAtTime(to, context.currentTime, seconds / TIME_CONSTANTS);
  }

  /** Is silent until it fades in. */
  mute(): void {
    this.#in.gain.value = 0;
  }

  /** Becomes audible from silence. */
  fadeIn(seconds: number): void {
    this.#in.gain.setValueCurveAtTime(RISE, this.#in.context.currentTime, seconds);
  }

  /** Becomes silent. */
  fadeOut(seconds: number): void {
    this.#out.gain.setValueCurveAtTime(FALL, this.#out.context.currentTime, seconds);
  }

  close(): void {
    for (const node of [this.#source, this.#level, this.#in, this.#out]) node.disconnect();
  }
}
