import { hertz, noise, play, ringing, type Stereo } from "./synth.ts";

/** A full circle, radians. */
const TURN = 2 * Math.PI;

/** A sine that falls from 160 Hz to 47 Hz within about 0.1 s. */
export function kick(bus: Stereo, at: number): void {
  const sound = (time: number) => {
    const phase = 47 * time + (113 / 28) * (1 - Math.exp(-28 * time));
    return Math.sin(TURN * phase) * Math.exp(-9 * time);
  };
  play(bus, { at, length: 0.45, gain: 1, pan: 0, sound });
}

/** A bass note. With a kick on the same step it fades in, so that the kick stays audible. */
export function bass(bus: Stereo, at: number, note: number, length: number, behindKick: boolean): void {
  const frequency = hertz(note);
  const sound = (time: number) => {
    const phase = TURN * frequency * time;
    const swell = behindKick ? Math.min(1, time / 0.12) : 1;
    return swell * Math.exp(-1.5 * time) * Math.tanh(1.4 * Math.sin(phase) + 0.4 * Math.sin(2 * phase));
  };
  play(bus, { at, length, gain: 0.62, pan: 0, sound });
}

/** A soft chord tone: two slightly detuned voices, left and right. */
export function pad(bus: Stereo, at: number, note: number, length: number): void {
  for (const [pan, detune] of [
    [-0.8, 0.997],
    [0.8, 1.003],
  ] as const) {
    const frequency = hertz(note) * detune;
    const [first, second, third] = [
      ringing(frequency),
      ringing(2 * frequency, 0, 0.35),
      ringing(3 * frequency, 0, 0.12),
    ] as const;
    const sound = (time: number) => {
      const swell = Math.sqrt(Math.sin((Math.PI * time) / length));
      return swell * (first() + second() + third());
    };
    play(bus, { at, length, gain: 0.1, pan, sound });
  }
}

/** A plucked string: higher harmonics decay faster. */
export function pluck(bus: Stereo, at: number, note: number, accent: number, pan: number): void {
  const harmonics = [1, 2, 3, 4, 5].map((n) => ringing(n * hertz(note), 4 + 3 * n, 1 / n));
  const sound = () => harmonics.reduce((sum, next) => sum + next(), 0);
  play(bus, { at, length: 0.6, gain: 0.42 * accent, pan, sound });
}

/** Partials of a small bell: ratio to the fundamental, gain, decay per second. */
const BELL_PARTIALS = [
  [1, 1, 4],
  [2.01, 0.3, 7],
  [2.756, 0.35, 9],
  [5.404, 0.15, 16],
] as const;

export function bell(bus: Stereo, at: number, note: number): void {
  const partials = BELL_PARTIALS.map(([ratio, gain, decay]) => ringing(ratio * hertz(note), decay, gain));
  const sound = () => partials.reduce((sum, next) => sum + next(), 0);
  play(bus, { at, length: 1.2, gain: 0.42, pan: note % 2 ? -0.4 : 0.4, sound });
}

export function hat(bus: Stereo, at: number, open: boolean): void {
  const hiss = noise(at);
  let last = 0;
  const decay = open ? 14 : 55;
  const sound = (time: number) => {
    const next = hiss();
    const bright = next - last;
    last = next;
    return bright * Math.exp(-decay * time);
  };
  play(bus, { at, length: open ? 0.3 : 0.12, gain: open ? 0.3 : 0.22, pan: open ? 0.2 : -0.2, sound });
}

/** A clap, in the middle and in the treble. */
export function clap(middle: Stereo, treble: Stereo, at: number): void {
  for (const [bus, gain] of [
    [middle, 0.55],
    [treble, 0.2],
  ] as const) {
    const hiss = noise(at + 1);
    play(bus, { at, length: 0.25, gain, pan: 0, sound: (time) => hiss() * Math.exp(-22 * time) });
  }
}
