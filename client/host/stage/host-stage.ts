import { computed, effect, untracked } from "@preact/signals";
import { screenName } from "../../words/screen-name.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { StageMedia } from "../broadcast/stage-link.ts";
import type { Captured } from "../picture/captured.ts";
import type { HostPicture } from "../picture/host-picture.ts";
import type { LiveSound } from "../song/live-source.ts";
import type { Song } from "../song/song.ts";
import { StageSound } from "./stage-sound.ts";

/**
 * Brings what a listener on stage sends to the wall: its sound in place of the songs, as a microphone of this
 * computer, and its picture in place of the present one. Each begins when something comes.
 */
export class HostStage {
  readonly #song: Song;
  readonly #picture: HostPicture;
  readonly #broadcast: HostBroadcast;
  /** Whether the wall hears or sees what comes from the stage: the host may have chosen something else. */
  readonly isOnWall = computed(
    () => this.#song.live.sound.value?.kind === "stage" || this.#picture.choice.value === "stage",
  );
  #bringBack = () => {};

  constructor(song: Song, picture: HostPicture, broadcast: HostBroadcast) {
    this.#song = song;
    this.#picture = picture;
    this.#broadcast = broadcast;
    effect(() => {
      const media = broadcast.stage.media.value;
      return media && untracked(() => this.#bring(media));
    });
  }

  /** Lets the wall hear and see again what comes from the stage. Call it in a handler of a press. */
  bringBack(): void {
    this.#bringBack();
  }

  /** @returns ends it */
  #bring({ sound, picture }: StageMedia): () => void {
    const video = playing(new MediaStream(picture ? [sound, picture] : [sound]));
    const name = nameOnStage(this.#broadcast) ?? "";
    const heard = new StageSound(liveSound(sound, name), this.#song);
    const seen: Captured = {
      kind: "stage",
      name,
      video,
      hasEnded: () => false,
      onEnd: () => {},
      close: () => {},
    };
    const whenSent = new AbortController();
    const begins = new Set<() => void>();
    const bring = (track: MediaStreamTrack, begin: () => void) => {
      const first = () => {
        begins.add(begin);
        begin();
      };
      onceSent(track, first, whenSent.signal);
    };
    this.#bringBack = () => {
      for (const begin of begins) begin();
    };
    bring(sound, () => {
      this.#broadcast.stage.isHeard.value = true;
      void heard.begin();
    });
    if (picture) bring(picture, () => this.#picture.show(seen));
    return () => {
      whenSent.abort();
      this.#bringBack = () => {};
      heard.end();
      seen.onEnd();
      video.srcObject = null;
    };
  }
}

/** How people call the screen on stage; undefined if there is none. */
export function nameOnStage({ stage, wall }: Pick<HostBroadcast, "stage" | "wall">): string | undefined {
  const number = stage.screen.value;
  const screen = [...wall.screens.value.values()].find((one) => one.number === number);
  return screen && screenName(screen);
}

/** A video on no page. Chromium gives a track's sound to an audio graph only while an element plays it. */
function playing(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  video.play().catch(() => {});
  return video;
}

function liveSound(track: MediaStreamTrack, name: string): LiveSound {
  return {
    kind: "stage",
    name,
    enter: (context) => context.createMediaStreamSource(new MediaStream([track])),
    // The person on stage may be in this room.
    mutesLoudspeaker: true,
    onEnd: () => {},
    close: () => {},
  };
}

/** Calls back when the first packet has come: a track is muted until then (W3C WebRTC §5.3). */
function onceSent(track: MediaStreamTrack, then: () => void, signal: AbortSignal): void {
  if (!track.muted) then();
  else track.addEventListener("unmute", then, { once: true, signal });
}
