import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostBroadcast } from "../../../../../client/host/broadcast/host-broadcast.ts";
import { HostPicture } from "../../../../../client/host/picture/host-picture.ts";

/** A camera's or a window's track: one that is stopped has ended, without an event. */
class FakeTrack extends EventTarget {
  readonly label = "Camera";
  readyState = "live";
  stop(): void {
    this.readyState = "ended";
  }
}

class FakeWorker {
  terminate(): void {}
}

/** What the browser asks the host for, in this order. */
let asked: PromiseWithResolvers<FakeTrack>[];
let picture: HostPicture;

function fakeElement() {
  const stream = { getVideoTracks: () => [{ contentHint: "" }] };
  return { play: async () => {}, getContext: () => ({ drawImage: () => {} }), captureStream: () => stream };
}

async function ask(): Promise<MediaStream> {
  const answer = Promise.withResolvers<FakeTrack>();
  asked.push(answer);
  const track = await answer.promise;
  return { getVideoTracks: () => [track] } as unknown as MediaStream;
}

/** The host allows the picture that it was asked for last. */
async function allow(): Promise<FakeTrack> {
  const track = new FakeTrack();
  asked.at(-1)!.resolve(track);
  await vi.waitFor(() => expect(picture.name.peek()).toBe("Camera"));
  return track;
}

beforeEach(() => {
  asked = [];
  const mediaDevices = { getUserMedia: ask, getDisplayMedia: ask, enumerateDevices: async () => [] };
  vi.stubGlobal("navigator", { mediaDevices });
  vi.stubGlobal("document", { createElement: fakeElement });
  vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
  vi.stubGlobal("Worker", FakeWorker);
  const pictures = { forwards: signal(true), set: () => {} };
  const sends = { onAir: signal("live"), pictures } as unknown as HostBroadcast;
  picture = new HostPicture(signal(undefined), sends);
});

afterEach(() => vi.unstubAllGlobals());

test("a window that the host does not share leaves the camera on", async () => {
  const chosen = picture.choose("camera");
  const camera = await allow();
  await chosen;
  const other = picture.choose("screen");
  asked.at(-1)!.reject(new DOMException("", "NotAllowedError"));
  await other;
  expect([picture.choice.peek(), picture.sent.peek(), camera.readyState]).toEqual([
    "camera",
    "camera",
    "live",
  ]);
  expect(picture.problem.peek()).not.toBe("");
});

test("a camera that another choice has closed is no picture after a window that is not shared", async () => {
  const chosen = picture.choose("camera");
  const camera = await allow();
  await chosen;
  const again = picture.choose("camera");
  const slow = asked.at(-1)!;
  expect(camera.readyState).toBe("ended");
  const window = picture.choose("screen");
  asked.at(-1)!.reject(new DOMException("", "NotAllowedError"));
  await window;
  expect([picture.choice.peek(), picture.sent.peek()]).toEqual(["off", undefined]);
  const late = new FakeTrack();
  slow.resolve(late);
  await again;
  expect([picture.choice.peek(), late.readyState]).toEqual(["off", "ended"]);
});
