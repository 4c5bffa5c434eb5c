import { TorchGate } from "../../light/torch-gate.ts";
import { byId } from "./element.ts";

/** How often the level is looked at, ms: as often as most displays paint. */
const LOOK_MS = 16;

/** The part of W3C Image Capture that TypeScript's types do not know. */
type Torch = { torch?: boolean };

/**
 * Whether the browser may let a page use the camera's lamp (W3C Image Capture), on a device that is held in a
 * hand. Not offered where a device asks for less motion.
 */
function canTryTorch(): boolean {
  const constraints = navigator.mediaDevices?.getSupportedConstraints() as Torch | undefined;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return constraints?.torch === true && matchMedia("(pointer: coarse)").matches && !isCalm;
}

/**
 * Lets a switch turn the camera's lamp into a light that follows the screen's. Pictures of the camera are
 * used for nothing: browsers give the lamp only together with the camera.
 * @param level what the screen shows, 0..1
 */
export function attachTorch(level: () => number): void {
  const button = byId("torch");
  let stop: (() => void) | undefined;
  button.hidden = !canTryTorch();
  const show = (isOn: boolean) => button.setAttribute("aria-checked", String(isOn));
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-checked") === "true") {
      stop?.();
      show(false);
      return;
    }
    show(true);
    byId("no-torch").hidden = true;
    const track = await openLamp();
    const isStillWanted = button.getAttribute("aria-checked") === "true";
    if (track && isStillWanted) {
      stop = follow(track, level);
      track.addEventListener("ended", () => show(false));
      return;
    }
    track?.stop();
    show(false);
    byId("no-torch").hidden = track !== undefined;
  });
}

/** The track of a camera that has a lamp; undefined if there is none, or the person does not agree. */
async function openLamp(): Promise<MediaStreamTrack | undefined> {
  try {
    const video = { facingMode: "environment", width: 320, height: 240, frameRate: 1 };
    const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
    if ((track?.getCapabilities() as Torch | undefined)?.torch) return track;
    track?.stop();
    return;
  } catch {
    return;
  }
}

/** Lets the lamp follow a level until the returned function is called, or the camera ends. */
function follow(track: MediaStreamTrack, level: () => number): () => void {
  const gate = new TorchGate();
  let isSet = false;
  let isSetting = false;
  const set = async (torch: boolean) => {
    if (isSetting || torch === isSet) return;
    isSetting = true;
    isSet = torch;
    // A lamp that is too hot refuses; the next change tries again.
    await track.applyConstraints({ advanced: [{ torch } as MediaTrackConstraintSet] }).catch(() => {});
    isSetting = false;
  };
  // A page that is not seen shows nothing.
  const look = () => void set(gate.next(document.hidden ? 0 : level(), performance.now()));
  const timer = setInterval(look, LOOK_MS);
  const end = () => {
    clearInterval(timer);
    track.stop();
  };
  track.addEventListener("ended", end);
  return end;
}
