/** Above this level sound is limited, dB relative to full scale. */
const THRESHOLD_DB = -1.5;
/** So many dB above the threshold become one: the most that the node knows. */
const RATIO = 20;
/** The node starts within its look-ahead of 6 ms (W3C Web Audio, DynamicsCompressorNode), s. */
const ATTACK_S = 0.001;
/** Longer than a period of the lowest notes, so that it does not bend them, s. */
const RELEASE_S = 0.12;
/** The share of full scale above which the rest is bent, so that no sample is cut off. */
const KNEE = 0.9;
/** Points of the curve that bends. */
const CURVE_POINTS = 4_097;

/**
 * Keeps sound below full scale, where two songs cross or one is made louder. Below the threshold it changes
 * nothing, apart from 6 ms of delay.
 */
export class Limiter {
  readonly in: AudioNode;
  readonly out: AudioNode;

  constructor(context: BaseAudioContext) {
    const compressor = context.createDynamicsCompressor();
    compressor.threshold.value = THRESHOLD_DB;
    compressor.knee.value = 0;
    compressor.ratio.value = RATIO;
    compressor.attack.value = ATTACK_S;
    compressor.release.value = RELEASE_S;
    const makeup = context.createGain();
    makeup.gain.value = 1 / makeupGain();
    const clipper = context.createWaveShaper();
    clipper.curve = curve();
    compressor.connect(makeup).connect(clipper);
    this.in = compressor;
    this.out = clipper;
  }
}

/** What the node amplifies all sound by (W3C Web Audio, "Computing the makeup gain"), as a factor. */
function makeupGain(): number {
  const fullRangeDb = THRESHOLD_DB - THRESHOLD_DB / RATIO;
  return (1 / 10 ** (fullRangeDb / 20)) ** 0.6;
}

/** Straight up to the knee, and from there ever flatter towards full scale. */
function curve(): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: CURVE_POINTS }, (_, n) => {
    const x = (2 * n) / (CURVE_POINTS - 1) - 1;
    const above = Math.abs(x) - KNEE;
    if (above <= 0) return x;
    const room = 1 - KNEE;
    return Math.sign(x) * (KNEE + room * Math.tanh(above / room));
  });
}
