import { captureProblems, pictures } from "../../words/en/picture.ts";

/** Sources of pictures that the browser asks the host for. */
export type CapturedKind = "camera" | "screen";

/** A picture that comes live. */
export interface Captured {
  /** On `stage` is a listener to whom the host has given it. */
  readonly kind: CapturedKind | "stage";
  /** What the system calls it. */
  readonly name: string;
  /** Where it is seen. */
  readonly video: HTMLVideoElement;
  /** Whether nothing comes any more: it was closed, or has ended by itself. */
  hasEnded(): boolean;
  /** Called when it ends by itself: a camera is unplugged, or sharing is ended in the browser's own bar. */
  onEnd: () => void;
  close(): void;
}

/** Why there is no picture, as a text for the host. */
export class PictureProblem extends Error {}

const CAMERA = {
  width: { ideal: 1_280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
} satisfies MediaTrackConstraints;

/** Whether this page may ask for a picture: browsers allow it on secure origins only. */
export function canCapture(kind: CapturedKind): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return (kind === "camera" ? devices?.getUserMedia : devices?.getDisplayMedia) !== undefined;
}

/** The cameras of this computer, of which browsers tell after the host has allowed one. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind, label }) => kind === "videoinput" && label !== "");
}

/**
 * Asks the host for a picture. Call it in a handler of a press.
 * @param device the id of the camera; undefined for the system's usual one
 * @throws PictureProblem if the browser or the host refuses
 */
export async function openCaptured(kind: CapturedKind, device?: string): Promise<Captured> {
  if (!canCapture(kind)) throw new PictureProblem(incapable());
  const stream = await (kind === "camera" ? camera(device) : screen()).catch((cause: unknown) => {
    throw new PictureProblem(reasonOf(kind, cause instanceof DOMException ? cause.name : ""), { cause });
  });
  const track = stream.getVideoTracks()[0]!;
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  // It is on no page, and what is muted may play without a press.
  video.play().catch(() => {});
  const captured: Captured = {
    kind,
    name: track.label,
    video,
    // A track that was stopped has ended too (W3C Media Capture §4.3.1).
    hasEnded: () => track.readyState === "ended",
    onEnd: () => {},
    close: () => {
      track.stop();
      video.srcObject = null;
    },
  };
  // It does not come when the page itself stops the track.
  track.addEventListener("ended", () => captured.onEnd());
  return captured;
}

/** Why this page cannot ask for some pictures. */
export function incapable(): string {
  return globalThis.isSecureContext ? pictures().notHere : pictures().needsHttps;
}

function camera(device: string | undefined): Promise<MediaStream> {
  const video = device ? { ...CAMERA, deviceId: { exact: device } } : CAMERA;
  return navigator.mediaDevices.getUserMedia({ video });
}

function screen(): Promise<MediaStream> {
  return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: false });
}

/** By the name of the error (W3C Media Capture §10.2, Screen Capture §5.1). */
function reasonOf(kind: CapturedKind, error: string): string {
  const t = captureProblems();
  if (kind === "screen") return error === "NotReadableError" ? t.screenUnreadable : t.notShared;
  switch (error) {
    case "NotAllowedError":
      return t.refused;
    case "NotReadableError":
    case "AbortError":
      return t.inUse;
    default:
      return t.noCamera;
  }
}
