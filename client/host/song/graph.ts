import { fftSizeFor } from "../../light/band.ts";
import { SAMPLE_RATE_HZ } from "../broadcast/uplink.ts";
import { Limiter } from "./limiter.ts";

/** The greatest local delay: more than the greatest wall delay and the time to the server. */
export const DELAY_MAX_S = 3;

/**
 * The audio graph from the song to the broadcast and to this computer's loudspeaker:
 *
 *     channels → limiter ─┬→ stream destination → track (to the broadcast)
 *                         ├→ analyser (meter, light and previews)
 *                         └→ volume → local gain → delay → loudspeaker
 */
export class Graph {
  readonly context: AudioContext;
  readonly track: MediaStreamTrack;
  readonly analyser: AnalyserNode;
  readonly volume: GainNode;
  readonly local: GainNode;
  readonly delay: DelayNode;
  /** Where all sound comes together. */
  readonly in: AudioNode;

  /** @throws DOMException if the browser has no room for another AudioContext, or no sound at all */
  constructor() {
    const context = newContext();
    this.context = context;
    const limiter = new Limiter(context);
    this.in = limiter.in;
    const destination = context.createMediaStreamDestination();
    const [track] = destination.stream.getAudioTracks();
    this.track = track!;
    // For an encoder without voice processing: full bandwidth, stereo.
    this.track.contentHint = "music";
    this.analyser = context.createAnalyser();
    this.analyser.smoothingTimeConstant = 0;
    this.analyser.fftSize = fftSizeFor(context.sampleRate);
    this.volume = context.createGain();
    this.local = context.createGain();
    this.delay = context.createDelay(DELAY_MAX_S);
    limiter.out.connect(destination);
    limiter.out.connect(this.analyser);
    limiter.out.connect(this.volume).connect(this.local).connect(this.delay).connect(context.destination);
  }

  close(): void {
    this.context.onstatechange = null;
    this.track.stop();
    // It may be closed already, by the browser.
    this.context.close().catch(() => {});
  }
}

/** Some browsers refuse another rate than their sound card has; Opus is then converted to by the browser. */
function newContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: SAMPLE_RATE_HZ, latencyHint: "balanced" });
  } catch {
    return new AudioContext({ latencyHint: "balanced" });
  }
}
