/** Longer than anybody remembers noise, s. */
const LENGTH_S = 10;
/** The level of the noise: 20 dB below a full-scale sine, as the test tone. */
const RMS = 10 ** (-23 / 20);

/**
 * Noise with the same power in every octave, by which technicians listen to rooms. White noise goes through
 * six filters of one pole, whose sum falls by 3 dB in each octave, within 0.05 dB above 9 Hz at 44.1 kHz
 * (P. Kellet, on musicdsp.org).
 */
export function pinkNoise(context: BaseAudioContext): AudioBuffer {
  const length = Math.round(LENGTH_S * context.sampleRate);
  const buffer = context.createBuffer(2, length, context.sampleRate);
  for (let n = 0; n < buffer.numberOfChannels; n++) fill(buffer.getChannelData(n));
  return buffer;
}

const POLES = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616];
const GAINS = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898];
const WHITE_GAIN = 0.5362;
const DELAYED_GAIN = 0.115926;

function fill(samples: Float32Array): void {
  const state = new Float64Array(POLES.length);
  let delayed = 0;
  let power = 0;
  for (let at = 0; at < samples.length; at++) {
    const white = 2 * Math.random() - 1;
    let sum = WHITE_GAIN * white + delayed;
    for (let n = 0; n < POLES.length; n++) {
      state[n] = POLES[n]! * state[n]! + GAINS[n]! * white;
      sum += state[n]!;
    }
    delayed = DELAYED_GAIN * white;
    samples[at] = sum;
    power += sum * sum;
  }
  const gain = RMS / Math.sqrt(power / samples.length);
  for (let at = 0; at < samples.length; at++) samples[at]! *= gain;
}
