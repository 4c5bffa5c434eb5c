import { computed, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { LiveSound } from "../../../../../client/host/song/live-source.ts";
import { StageSound } from "../../../../../client/host/stage/stage-sound.ts";

/** Songs and live sound as `Song` has them, without audio. */
class FakeSong {
  readonly live = { sound: signal<LiveSound | undefined>() };
  readonly songPlays = signal(true);
  readonly playing = computed(() => this.live.sound.value !== undefined || this.songPlays.value);
  /** What the browser needs to get its audio ready. */
  ready = Promise.resolve();

  async hear(sound: LiveSound): Promise<void> {
    await this.ready;
    sound.onEnd = () => {
      if (this.live.sound.peek() === sound) this.live.sound.value = undefined;
    };
    this.live.sound.value = sound;
    this.songPlays.value = false;
  }

  async play(): Promise<void> {
    this.songPlays.value = true;
    this.live.sound.value = undefined;
  }

  pause(): void {
    this.live.sound.value = undefined;
    this.songPlays.value = false;
  }
}

function liveSound(kind: LiveSound["kind"]): LiveSound {
  const enter = () => ({}) as AudioNode;
  return { kind, name: "", enter, mutesLoudspeaker: true, onEnd: () => {}, close: () => {} };
}

let song: FakeSong;
let stage: StageSound;
const heard = () => song.live.sound.peek()?.kind ?? (song.songPlays.peek() ? "song" : "nothing");

beforeEach(() => {
  song = new FakeSong();
  stage = new StageSound(liveSound("stage"), song);
});

test("a song goes on when the stage that has interrupted it ends", async () => {
  await stage.begin();
  expect(heard()).toBe("stage");
  stage.end();
  expect(heard()).toBe("song");
});

test("where no song has played, none begins", async () => {
  song.pause();
  await stage.begin();
  stage.end();
  expect(heard()).toBe("nothing");
});

test("a microphone that gave way to the stage is no song", async () => {
  await song.hear(liveSound("microphone"));
  await stage.begin();
  stage.end();
  expect(heard()).toBe("nothing");
});

test("what the host has done with the sound meanwhile stays", async () => {
  await stage.begin();
  song.pause();
  stage.end();
  expect(heard()).toBe("nothing");
});

test("another live sound that the host has chosen meanwhile stays", async () => {
  await stage.begin();
  await song.hear(liveSound("tone"));
  stage.end();
  expect(heard()).toBe("tone");
});

test("brought back, it interrupts what plays by then", async () => {
  await stage.begin();
  await song.play();
  await stage.begin();
  expect(heard()).toBe("stage");
  await stage.begin();
  stage.end();
  expect(heard()).toBe("song");
});

test("a stage that ends before the browser's audio is ready is not heard", async () => {
  let isReady = () => {};
  song.ready = new Promise((resolve) => {
    isReady = resolve;
  });
  const begun = stage.begin();
  stage.end();
  isReady();
  await begun;
  expect(heard()).toBe("song");
});
