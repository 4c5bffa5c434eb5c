/** What this device gives to the stage. */
export interface Capture {
  readonly sound: MediaStreamTrack;
  /** Undefined where there is no camera, or the person gives none. */
  readonly picture: MediaStreamTrack | undefined;
  close(): void;
}

/** Why there is nothing to send. */
export type CaptureProblem = "refused" | "noMicrophone";

/** The error of a person who refuses (W3C Media Capture §10.2). */
const REFUSED = "NotAllowedError";

const CAMERA = {
  facingMode: "user",
  width: { ideal: 1_280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
} satisfies MediaTrackConstraints;

/** Whether browsers let this page ask: they do on secure origins only. */
export function canCapture(): boolean {
  return (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia !== undefined;
}

/** Asks the person for microphone and camera, or for the microphone alone. To be called by a press. */
export async function capture(): Promise<Capture | CaptureProblem> {
  const devices = navigator.mediaDevices;
  try {
    const both = devices.getUserMedia({ audio: true, video: CAMERA });
    return captureOf(
      await both.catch((error: Error) => {
        // Who has refused is not asked again.
        if (error.name === REFUSED) throw error;
        return devices.getUserMedia({ audio: true });
      }),
    );
  } catch (error) {
    return (error as Error).name === REFUSED ? "refused" : "noMicrophone";
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
