import { readGraph } from "../shared/read-graph.ts";
import { Feed } from "./feed.ts";

const FADE_S = 0.03;
/** The longest wall delay, ms. */
const WAIT_MAX_MS = 2_000;
/** Sound that is off by less is left alone: to move it bends its pitch for a moment, ms. */
const WAIT_STEP_MS = 8;
/** Of each new wish this much counts: some 50 frames to follow one. */
const WAIT_SHARE = 0.02;

/**
 * The audio graph: feed of the received track → gain (0 or 1) → delay → speakers. The context is made before
 * the tap and only resumed by it. It is made anew when the system takes it away, as iPhones do.
 */
export class Sound {
  readonly #onChange: () => void;
  readonly #onRestart: () => void;
  /** Chromium hands a received track to Web Audio only while a media element plays it too. */
  readonly #element = new Audio();
  #context!: AudioContext;
  #feed!: Feed;
  #nextFeed: Feed | undefined;
  #gain!: GainNode;
  #delay!: DelayNode;
  /** What the delay should be, on average of late, ms. */
  #wait = 0;
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
    return this.#feed.fftSize;
  }

  /** What is heard. */
  get feed(): Feed {
    return this.#feed;
  }

  /** What will be heard after {@link adopt}; undefined where nothing is about to change. */
  get nextFeed(): Feed | undefined {
    return this.#nextFeed;
  }

  /**
   * Opens another feed of the same track, with nothing waiting in it, and hears on by the one there is.
   * Nothing is opened where the music is played, since a jump would be heard.
   */
  reopen(): void {
    if (!this.#audible) this.#nextFeed ??= new Feed(this.#context, this.#stream);
  }

  /** Hears by {@link nextFeed} from now on. */
  adopt(): void {
    if (this.#nextFeed) this.#hear(this.#nextFeed);
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
   * @param behind how long after its time in the song the middle of what the spectrum looks at is rendered,
   * ms
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
    this.#hear(new Feed(this.#context, this.#stream));
    this.resume();
  }

  /** Asks the browser to run; it may insist on a gesture. Call it on every chance. */
  resume(): void {
    this.#context.resume().catch(() => {});
    if (this.#stream) this.#element.play().catch(() => {});
  }

  /** How much sound the graph has rendered, in ms. */
  get renderedMs(): number {
    return this.#context.currentTime * 1_000;
  }

  /** Asks a feed for the last of it. @returns what it gave, and {@link renderedMs} at its end */
  read<Given>(ask: () => Given): [Given, number] {
    const [given, at] = readGraph(this.#context, ask);
    return [given, at * 1_000];
  }

  /** The middle of what the spectrum looks at is this far before {@link renderedMs}, in ms. */
  get lookBackMs(): number {
    return (this.fftSize / this.sampleRate) * 500;
  }

  #build(): void {
    const context = new AudioContext({ latencyHint: "interactive" });
    const gain = context.createGain();
    gain.gain.value = this.#audible ? 1 : 0;
    const delay = context.createDelay(WAIT_MAX_MS / 1_000);
    delay.delayTime.value = this.#wait / 1_000;
    gain.connect(delay).connect(context.destination);
    context.onstatechange = () => {
      if (context.state === "closed") this.#build();
      this.#onRestart();
      this.#onChange();
    };
    this.#context = context;
    this.#gain = gain;
    this.#delay = delay;
    this.#hear(new Feed(context, this.#stream));
  }

  #hear(feed: Feed): void {
    this.#feed?.end();
    if (feed !== this.#nextFeed) this.#nextFeed?.end();
    this.#nextFeed = undefined;
    feed.connect(this.#gain);
    this.#feed = feed;
  }
}
