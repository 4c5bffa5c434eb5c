import { fftSizeFor } from "../light/band.ts";

const FADE_S = 0.03;
/** How much more sound is remembered than the spectrum looks at: what is rendered while the page is held up. */
const MEMORY = 4;
/** The longest wall delay, ms. */
const WAIT_MAX_MS = 2_000;
/** Sound that is off by less is left alone: to move it bends its pitch for a moment, ms. */
const WAIT_STEP_MS = 8;
/** Of each new wish this much counts: some 50 frames to follow one. */
const WAIT_SHARE = 0.02;

/**
 * The audio graph: received track → memory → analyser → gain (0 or 1) → delay → speakers. The context is made before
 * the tap and only resumed by it. It is made anew when the system takes it away, as iPhones do.
 */
export class Sound {
  readonly #onChange: () => void;
  readonly #onRestart: () => void;
  /** Chromium hands a received track to Web Audio only while a media element plays it too. */
  readonly #element = new Audio();
  #context!: AudioContext;
  #memory!: AnalyserNode;
  #analyser!: AnalyserNode;
  #gain!: GainNode;
  #delay!: DelayNode;
  /** What the delay should be, on average of late, ms. */
  #wait = 0;
  #source: MediaStreamAudioSourceNode | undefined;
  #spectrum!: Float32Array<ArrayBuffer>;
  #samples!: Float32Array<ArrayBuffer>;
  #remembered!: Float32Array<ArrayBuffer>;
  #stream: MediaStream | undefined;
  #audible = false;

  /**
   * @param onChange called when {@link running}, {@link sampleRate} or {@link fftSize} may have changed
   * @param onRestart called when {@link renderedMs} begins anew
   */
  constructor(onChange: () => void, onRestart: () => void) {
    this.#onChange = onChange;
    this.#onRestart = onRestart;
    this.#element.muted = true;
    this.#build();
  }

  get running(): boolean {
    return this.#context.state === "running";
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  get fftSize(): number {
    return this.#analyser.fftSize;
  }

  /** Whether the music is played here too; silent at first. */
  get audible(): boolean {
    return this.#audible;
  }

  set audible(audible: boolean) {
    this.#audible = audible;
    this.#gain.gain.setTargetAtTime(audible ? 1 : 0, this.#context.currentTime, FADE_S);
    // Past the iPhone's silent switch when sound was asked for; beside other apps' music when not.
    const { audioSession } = navigator as { audioSession?: { type: string } };
    if (audioSession) audioSession.type = audible ? "playback" : "auto";
  }

  /**
   * Lets the loudspeaker sound with the light. Call it each frame.
   * @param behind how long after its time in the song the middle of what the spectrum looks at is rendered, ms
   * @param delay how long after it the light shows it, ms
   */
  align(behind: number, delay: number): void {
    const latencyMs = (this.#context.outputLatency || this.#context.baseLatency || 0) * 1_000;
    const wish = Math.min(Math.max(delay - (behind - this.lookBackMs + latencyMs), 0), WAIT_MAX_MS);
    const isFar = Math.abs(wish - this.#wait) > WAIT_MAX_MS / 10;
    this.#wait = isFar ? wish : this.#wait + (wish - this.#wait) * WAIT_SHARE;
    const { delayTime } = this.#delay;
    if (Math.abs(this.#wait - delayTime.value * 1_000) > WAIT_STEP_MS)
      delayTime.setTargetAtTime(this.#wait / 1_000, this.#context.currentTime, FADE_S);
  }

  /** Plays this track from now on, in place of an earlier one. */
  play(track: MediaStreamTrack): void {
    this.#stream = new MediaStream([track]);
    this.#element.srcObject = this.#stream;
    this.#connect();
    this.resume();
  }

  /** Asks the browser to run; it may insist on a gesture. Call it on every chance. */
  resume(): void {
    this.#context.resume().catch(() => {});
    if (this.#stream) this.#element.play().catch(() => {});
  }

  /** How much sound the graph has rendered, in ms; the spectrum is of the last of it. */
  get renderedMs(): number {
    return this.#context.currentTime * 1_000;
  }

  /** The middle of what the spectrum looks at is this far before {@link renderedMs}, in ms. */
  get lookBackMs(): number {
    return (this.fftSize / this.sampleRate) * 500;
  }

  /** What is heard now, in dB per bin; the same array every time. */
  spectrum(): Float32Array {
    this.#analyser.getFloatFrequencyData(this.#spectrum);
    return this.#spectrum;
  }

  /** The sound that the spectrum looks at, as samples; the same array every time. */
  waveform(): Float32Array {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples;
  }

  /** Sound of the last while, as samples; the same array every time. */
  remembered(): Float32Array {
    this.#memory.getFloatTimeDomainData(this.#remembered);
    return this.#remembered;
  }

  #build(): void {
    const context = new AudioContext({ latencyHint: "interactive" });
    const analyser = context.createAnalyser();
    analyser.fftSize = fftSizeFor(context.sampleRate);
    analyser.smoothingTimeConstant = 0;
    const memory = context.createAnalyser();
    memory.fftSize = MEMORY * analyser.fftSize;
    const gain = context.createGain();
    gain.gain.value = this.#audible ? 1 : 0;
    const delay = context.createDelay(WAIT_MAX_MS / 1_000);
    delay.delayTime.value = this.#wait / 1_000;
    memory.connect(analyser).connect(gain).connect(delay).connect(context.destination);
    context.onstatechange = () => {
      if (context.state === "closed") this.#build();
      this.#onRestart();
      this.#onChange();
    };
    this.#context = context;
    this.#memory = memory;
    this.#analyser = analyser;
    this.#gain = gain;
    this.#delay = delay;
    this.#source = undefined;
    this.#spectrum = new Float32Array(analyser.frequencyBinCount);
    this.#samples = new Float32Array(analyser.fftSize);
    this.#remembered = new Float32Array(memory.fftSize);
    this.#connect();
  }

  #connect(): void {
    this.#source?.disconnect();
    if (!this.#stream) return;
    this.#source = this.#context.createMediaStreamSource(this.#stream);
    this.#source.connect(this.#memory);
  }
}
