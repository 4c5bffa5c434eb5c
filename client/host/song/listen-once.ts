import { sourceProblems } from "../../words/en/sources.ts";
import { CLICK, type Click, lagOf } from "./click-lag.ts";
import { openMicrophone } from "./live-source.ts";
import type { Output } from "./output.ts";
import { SongProblem } from "./song-problem.ts";

/** When the clicks come, s after the first: at intervals of which no two are alike. */
const CLICKS_S: readonly Click[] = [0, 0.31, 0.73, 1.04, 1.57];
/** How loud a click is, 0..1. */
const CLICK_LEVEL = 0.9;
/** Until the first click the graph and the microphone begin to run, s. */
const LEAD_S = 0.4;
/** The latest loudspeakers are two seconds late; after them comes the last echo, s. */
const LAG_MAX_S = 2.3;
/** The longest part of a sound that an analyser gives, samples (W3C Web Audio, AnalyserNode). */
const PART_SAMPLES = 32_768;
/** How often a part is read: before it is full, ms. */
const READ_MS = 200;

/**
 * Plays clicks on this computer's loudspeaker, hears them by its microphone, and measures how late they are.
 * Call it in a handler of a press, and while nothing else is heard.
 * @returns how much later the loudspeaker is than the browser believes, ms
 * @throws SongProblem if there is no microphone, or if it does not hear the clicks
 */
export async function listenOnce(output: Output): Promise<number> {
  const { context } = output;
  await output.resume();
  const stream = await openMicrophone();
  const analyser = new AnalyserNode(context, { fftSize: PART_SAMPLES });
  const microphone = context.createMediaStreamSource(stream);
  microphone.connect(analyser);
  try {
    const start = context.currentTime + LEAD_S;
    for (const click of CLICKS_S) playClick(context, start + click);
    const heard = await record(analyser, start, CLICKS_S.at(-1)! + LAG_MAX_S);
    const lag = lagOf(heard, context.sampleRate, CLICKS_S);
    if (lag === undefined) throw new SongProblem(sourceProblems().notHeard);
    const settings = stream.getAudioTracks()[0]!.getSettings() as { latency?: number };
    const inputMs = (settings.latency ?? 0) * 1_000;
    return lag - output.latencyMs - inputMs;
  } finally {
    microphone.disconnect();
    for (const track of stream.getTracks()) track.stop();
  }
}

function playClick(context: AudioContext, at: number): void {
  const tone = new OscillatorNode(context, { frequency: CLICK.hertz });
  tone.connect(new GainNode(context, { gain: CLICK_LEVEL })).connect(context.destination);
  tone.start(at);
  tone.stop(at + CLICK.seconds);
}

/** What is heard from a time of the graph on, for some seconds. */
async function record(analyser: AnalyserNode, start: number, seconds: number): Promise<Float32Array> {
  const { context } = analyser;
  const heard = new Float32Array(Math.ceil(seconds * context.sampleRate));
  const part = new Float32Array(PART_SAMPLES);
  while (context.currentTime < start + seconds) {
    await new Promise((resolve) => setTimeout(resolve, READ_MS));
    analyser.getFloatTimeDomainData(part);
    const first = Math.round((context.currentTime - start) * context.sampleRate) - PART_SAMPLES;
    // What was read before is read again, from the same samples.
    const from = Math.max(-first, 0);
    const end = Math.min(heard.length - first, PART_SAMPLES);
    if (end > from) heard.set(part.subarray(from, end), first + from);
  }
  return heard;
}
