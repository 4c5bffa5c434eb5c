import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PictureCanvas } from "../../../../../client/host/picture/picture-canvas.ts";

/** A video whose pictures the test gives. */
class FakeVideo {
  readonly readyState = 4;
  readonly videoWidth = 320;
  readonly videoHeight = 180;
  #waiting: (() => void)[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  requestVideoFrameCallback(callback: () => void): void {
    this.#waiting.push(callback);
  }

  /** The browser has a picture. */
  give(): void {
    for (const callback of this.#waiting.splice(0)) callback();
  }
}

let picture: PictureCanvas;

const show = (video: FakeVideo | undefined) => picture.show(video as unknown as HTMLVideoElement, "motion");

beforeEach(() => {
  const track = { contentHint: "" };
  const createElement = () => ({
    getContext: () => ({ drawImage: () => {} }),
    captureStream: () => ({ getVideoTracks: () => [track] }),
  });
  vi.stubGlobal("document", { createElement });
  vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
  vi.stubGlobal(
    "Worker",
    class {
      terminate(): void {}
    },
  );
  picture = new PictureCanvas();
});

afterEach(() => vi.unstubAllGlobals());

test("a video that comes again before its next picture is followed once", () => {
  const video = new FakeVideo();
  show(video);
  show(undefined);
  show(video);
  video.give();
  video.give();
  expect(video.waiting).toBe(1);
  expect(picture.size.peek()).toEqual({ width: 320, height: 180 });
});

test("a video that is shown no more is not followed", () => {
  const [former, video] = [new FakeVideo(), new FakeVideo()];
  show(former);
  show(video);
  former.give();
  video.give();
  expect([former.waiting, video.waiting]).toEqual([0, 1]);
});
