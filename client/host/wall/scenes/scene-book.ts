import { computed, effect, signal } from "@preact/signals";
import { NOTICE_MS } from "#protocol/wall.ts";
import { Beats } from "../../../light/beats.ts";
import type { HostBroadcast } from "../../broadcast/host-broadcast.ts";
import type { Song } from "../../song/song.ts";
import { keepStored, readStored } from "../../ui/storage.ts";
import { BarCount } from "./bar-count.ts";
import { isShown, MADE_SCENES, readScenes, type Scene, withScene } from "./scenes.ts";

/** Where localStorage has the host's own scenes: one JSON array. */
const SCENES_KEY = "lightwall.scenes";
/** Where it has the scenes of songs: a JSON object, from a song's title to a scene's name. */
const SONGS_KEY = "lightwall.songs";
/** Songs whose scene is kept. */
const SONGS_MAX = 500;
/** After how many bars the next scene may come by itself. */
export const AUTO_BARS = [0, 16, 32] as const;
export type AutoBars = (typeof AUTO_BARS)[number];
/** Interval at which bars are counted, ms. */
const COUNT_MS = 50;

/** The scenes of a console, which of them is shown, and the change to the next one by itself. */
export class SceneBook {
  readonly own = signal<readonly Scene[]>(readScenes(readStored(SCENES_KEY)));
  readonly all = computed<readonly Scene[]>(() => [...MADE_SCENES, ...this.own.value]);
  /** The scene that the wall shows, if it is one of them. */
  readonly shown = computed(() => {
    const show = this.#broadcast.wall.show.value;
    return this.all.value.find((scene) => isShown(scene, show));
  });
  /** After how many bars the next scene comes by itself; 0 for never. */
  readonly auto = signal<AutoBars>(0);
  readonly #songs = signal<Readonly<Record<string, string>>>(readSongs(readStored(SONGS_KEY)));
  /** The name of the scene with which the present song starts, if it has one. */
  readonly ofSong = computed(() => this.#songs.value[this.#song.title.value]);
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    effect(() => {
      const scene = this.all.peek().find(({ name }) => name === this.#songs.peek()[song.title.value]);
      if (scene) broadcast.wall.followShow(scene.show);
    });
    const count = new BarCount();
    const beats = new Beats();
    beats.known = broadcast.wall.beats;
    setInterval(() => {
      const bars = this.auto.peek();
      if (bars === 0 || !song.playing.peek()) count.reset();
      else if (count.advance(performance.now(), beats.inBar(performance.now())) >= bars) {
        count.reset();
        // What is heard now is painted later by the wall delay.
        setTimeout(
          () => broadcast.wall.followShow(this.#following.show),
          Math.max(song.output.localDelayMs - NOTICE_MS, 0),
        );
      }
    }, COUNT_MS);
  }

  /** Shows a scene. What the host does by hand, flash safety and loudness stay. */
  recall({ show }: Scene): void {
    this.#broadcast.wall.setShow(show);
  }

  /** Shows the scene after the one that is shown. */
  next(): void {
    this.recall(this.#following);
  }

  get #following(): Scene {
    const all = this.all.peek();
    const at = this.shown.peek() ? all.indexOf(this.shown.peek()!) : -1;
    return all[(at + 1) % all.length]!;
  }

  /** Keeps what the wall does now under a name. */
  save(name: string): void {
    this.#keepOwn(withScene(this.own.peek(), name, this.#broadcast.wall.show.peek()));
  }

  remove(scene: Scene): void {
    this.#keepOwn(this.own.peek().filter((other) => other !== scene));
  }

  /** Makes the present song start with a scene from now on, or with none. */
  startSongWith(scene: Scene | undefined): void {
    const title = this.#song.title.peek();
    const others = Object.entries(this.#songs.peek()).filter(([song]) => song !== title);
    const own: [string, string][] = scene ? [[title, scene.name]] : [];
    this.#songs.value = Object.fromEntries([...others, ...own].slice(-SONGS_MAX));
    keepStored(SONGS_KEY, this.#songs.peek());
  }

  #keepOwn(scenes: readonly Scene[]): void {
    this.own.value = scenes;
    keepStored(SCENES_KEY, scenes);
  }
}

function readSongs(stored: unknown): Record<string, string> {
  if (typeof stored !== "object" || stored === null) return {};
  return Object.fromEntries(Object.entries(stored).filter(([, name]) => typeof name === "string"));
}
