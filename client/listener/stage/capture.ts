/** What this device gives to the stage. */
export interface Capture {
  readonly sound: MediaStreamTrack;
  /** Undefined where there is no camera, or the person gives none. */
  readonly picture: MediaStreamTrack | undefined;
  close(): void;
}

/** Why there is nothing to send. */
export type CaptureProblem = "needsHttps" | "refused" | "noMicrophone";

const CAMERA = {
  facingMode: "user",
  width: { ideal: 1_280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
} satisfies MediaTrackConstraints;

/** Asks the person for microphone and camera, or for the microphone alone. To be called by a press. */
export async function capture(): Promise<Capture | CaptureProblem> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) return "needsHttps";
  try {
    const both = devices.getUserMedia({ audio: true, video: CAMERA });
    return captureOf(await both.catch(() => devices.getUserMedia({ audio: true })));
  } catch (error) {
    // W3C Media Capture §10.2.
    return (error as Error).name === "NotAllowedError" ? "refused" : "noMicrophone";
  }
}

function captureOf(stream: MediaStream): Capture {
  return {
    sound: stream.getAudioTracks()[0]!,
    picture: stream.getVideoTracks()[0],
    close: () => {
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
