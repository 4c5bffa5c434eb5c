import { sourceProblems, sources } from "../../words/en/sources.ts";
import { pinkNoise } from "./pink-noise.ts";
import { SongProblem } from "./song-problem.ts";

/** Where sound comes from that is not a song, if the host chooses it. */
export type LiveKind = "microphone" | "computer" | "tone" | "noise";

/** Sound whose future is not known, and its way into an audio graph. */
export interface LiveSound {
  /** On `stage` is a listener to whom the host has given it. */
  readonly kind: LiveKind | "stage";
  /** What the system calls it; "" if it has no name. */
  readonly name: string;
  /** Makes the node by which it is heard in an audio graph. */
  enter(context: AudioContext): AudioNode;
  /** This computer's loudspeaker must be silent: it would be heard by the microphone, or twice. */
  readonly mutesLoudspeaker: boolean;
  /** Called when it ends by itself: a device is unplugged, or sharing is ended in the browser's own bar. */
  onEnd: () => void;
  close(): void;
}

/** The pitch and the level of the test tone, as technicians expect them (SMPTE RP 155). */
const TONE = { hertz: 1_000, dbfs: -20 };

/** For music: browsers process a microphone for speech otherwise (W3C Media Capture, §4.3.8). */
const FOR_MUSIC = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: { ideal: 2 },
} satisfies MediaTrackConstraints;

/** Whether this page may ask for a microphone: browsers allow it on secure origins only. */
export function canCapture(kind: LiveKind): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (kind === "microphone") return devices?.getUserMedia !== undefined;
  return kind !== "computer" || devices?.getDisplayMedia !== undefined;
}

/**
 * Opens a source of live sound. Call it in a handler of a press, as browsers ask the host then.
 * @param device the id of the microphone; undefined for the system's usual one
 * @throws SongProblem if the browser or the host refuses
 */
export async function openLive(kind: LiveKind, device?: string): Promise<LiveSound> {
  switch (kind) {
    case "microphone":
      return captured(kind, await openMicrophone(device), true);
    case "computer":
      return fromComputer();
    case "tone":
      return generated(kind, (context) => new OscillatorNode(context, { frequency: TONE.hertz }), TONE.dbfs);
    case "noise":
      return generated(
        kind,
        (context) => new AudioBufferSourceNode(context, { buffer: pinkNoise(context), loop: true }),
        0,
      );
  }
}

/** The microphones and lines of this computer, of which browsers tell after the host has allowed one. */
export async function microphones(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind, label }) => kind === "audioinput" && label !== "");
}

/** @param dbfs its level relative to that of the source, dB */
function generated(
  kind: LiveKind,
  create: (context: AudioContext) => AudioScheduledSourceNode,
  dbfs: number,
): LiveSound {
  let source: AudioScheduledSourceNode | undefined;
  const enter = (context: AudioContext) => {
    source = create(context);
    source.start();
    return source.connect(new GainNode(context, { gain: 10 ** (dbfs / 20) }));
  };
  return { kind, name: "", enter, mutesLoudspeaker: false, onEnd: () => {}, close: () => source?.stop() };
}

/**
 * Asks the host for a microphone.
 * @param device its id; undefined for the system's usual one
 * @throws SongProblem if the browser or the host refuses, or if there is none
 */
export async function openMicrophone(device?: string): Promise<MediaStream> {
  if (!canCapture("microphone")) throw new SongProblem(sources().needsHttps);
  const audio = device ? { ...FOR_MUSIC, deviceId: { exact: device } } : FOR_MUSIC;
  return navigator.mediaDevices.getUserMedia({ audio }).catch((cause: unknown) => {
    const isRefused = cause instanceof DOMException && cause.name === "NotAllowedError";
    throw new SongProblem(isRefused ? sourceProblems().refused : sourceProblems().noMicrophone, { cause });
  });
}

async function fromComputer(): Promise<LiveSound> {
  const canSuppress = "suppressLocalAudioPlayback" in navigator.mediaDevices.getSupportedConstraints();
  const audio = { ...FOR_MUSIC, suppressLocalAudioPlayback: true };
  const options = { video: true, audio, systemAudio: "include" } as DisplayMediaStreamOptions;
  const stream = await navigator.mediaDevices.getDisplayMedia(options).catch((cause: unknown) => {
    throw new SongProblem(sourceProblems().notShared, { cause });
  });
  // Browsers share sound only together with a picture, which nobody needs.
  for (const picture of stream.getVideoTracks()) picture.stop();
  if (stream.getAudioTracks().length === 0) throw new SongProblem(sourceProblems().noSound);
  return captured("computer", stream, !canSuppress);
}

function captured(kind: LiveKind, stream: MediaStream, mutesLoudspeaker: boolean): LiveSound {
  const track = stream.getAudioTracks()[0]!;
  const sound: LiveSound = {
    kind,
    name: track.label,
    enter: (context) => context.createMediaStreamSource(stream),
    mutesLoudspeaker,
    onEnd: () => {},
    close: () => track.stop(),
  };
  // It does not come when the page itself stops the track.
  track.addEventListener("ended", () => sound.onEnd());
  return sound;
}
