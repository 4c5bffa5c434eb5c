/**
 * A video of nothing that keeps the screen on where there is no wake lock: browsers leave the screen on while
 * one plays. What they count as one, by their sources:
 *
 * - Chromium (`VideoWakeLock::ShouldBeActive`, video_wake_lock.cc): three quarters of it are on the page, and
 *   it is a stream, covers a fifth of the page, or is heard. Older versions take any that plays.
 * - Firefox (`HTMLVideoElement::ShouldCreateVideoWakeLock`): a stream, or one with sound.
 * - WebKit (`HTMLMediaElement::shouldDisableSleep`): it does not loop, has sound, and is not muted. That
 *   takes a tap, as browsers start sound only then.
 *
 * So it is the stream of a canvas. It needs no file, and never ends. The idea is NoSleep.js's
 * (github.com/richtr/NoSleep.js, MIT), which plays files.
 */

/** Its width and height, pixels. */
const SIDE = 16;
/** A canvas gives its stream a frame when something is painted on it. */
const FRAME_INTERVAL_MS = 1_000;

let video: HTMLVideoElement | undefined;
let audio: AudioContext | undefined;

/**
 * Plays the video from now on. Call it again in a handler of a press, where it was refused.
 * @returns whether it plays
 */
export async function playSilently(): Promise<boolean> {
  try {
    video ??= build();
    void audio?.resume();
    await video.play();
    return true;
  } catch {
    return false;
  }
}

function build(): HTMLVideoElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d")!;
  const paint = () => context.fillRect(0, 0, SIDE, SIDE);
  paint();
  const stream = canvas.captureStream();
  const made = document.createElement("video");
  made.className = "awake";
  made.playsInline = true;
  made.muted = !isWebKit(made);
  if (!made.muted) stream.addTrack(silence());
  made.srcObject = stream;
  document.body.append(made);
  setInterval(paint, FRAME_INTERVAL_MS);
  return made;
}

/** Elsewhere a video with sound would stop the music of other programs on the phone, and show as playing. */
function isWebKit(element: HTMLVideoElement): boolean {
  return "webkitSetPresentationMode" in element;
}

function silence(): MediaStreamTrack {
  audio = new AudioContext();
  const destination = audio.createMediaStreamDestination();
  const source = new ConstantSourceNode(audio, { offset: 0 });
  source.connect(destination);
  source.start();
  return destination.stream.getAudioTracks()[0]!;
}
