import { fftSizeFor } from "../light/band.ts";

/**
 * How much more sound is remembered than the spectrum looks at: what is rendered while the page is held up.
 */
const MEMORY = 4;

/**
 * What brings a stream into the audio graph and can be asked for its newest sound: stream → memory →
 * analyser.
 */
export class Feed {
  readonly #source: MediaStreamAudioSourceNode | undefined;
  readonly #memory: AnalyserNode;
  readonly #analyser: AnalyserNode;
  readonly #spectrum: Float32Array<ArrayBuffer>;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #remembered: Float32Array<ArrayBuffer>;

  /** @param stream with sound; silent without one */
  constructor(context: AudioContext, stream: MediaStream | undefined) {
    const fftSize = fftSizeFor(context.sampleRate);
    this.#memory = new AnalyserNode(context, { fftSize: MEMORY * fftSize });
    this.#analyser = new AnalyserNode(context, { fftSize, smoothingTimeConstant: 0 });
    this.#source = stream && context.createMediaStreamSource(stream);
    this.#source?.connect(this.#memory);
    this.#memory.connect(this.#analyser);
    this.#spectrum = new Float32Array(fftSize / 2);
    this.#samples = new Float32Array(fftSize);
    this.#remembered = new Float32Array(MEMORY * fftSize);
  }

  /** In samples. */
  get fftSize(): number {
    return this.#samples.length;
  }

  /** Sounds here too. */
  connect(to: AudioNode): void {
    this.#analyser.connect(to);
  }

  end(): void {
    this.#source?.disconnect();
    this.#analyser.disconnect();
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
}
