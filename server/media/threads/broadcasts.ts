import type { LocalRelay } from "../../relay/local.ts";
import { Broadcast } from "../fanout/broadcast.ts";
import { PictureQueue } from "../fanout/picture-queue.ts";
import { Pictures } from "../fanout/pictures.ts";
import type { BroadcastId, PictureLayer } from "../model.ts";
import type { MediaEvent } from "./messages.ts";

/** The broadcasts of one media thread: a song each, and the pictures of those that have any. */
export class Broadcasts {
  readonly #relay: LocalRelay | undefined;
  readonly #emit: (event: MediaEvent) => void;
  readonly #songs = new Map<BroadcastId, Broadcast>();
  readonly #pictures = new Map<BroadcastId, Pictures>();
  readonly #queue: PictureQueue;

  /** @param failed takes what a packet of a picture throws */
  constructor(
    relay: LocalRelay | undefined,
    emit: (event: MediaEvent) => void,
    failed: (error: Error) => void,
  ) {
    this.#relay = relay;
    this.#emit = emit;
    this.#queue = new PictureQueue(failed);
  }

  /** The song of a broadcast, which begins with its first use. */
  song(id: BroadcastId): Broadcast {
    const known = this.#songs.get(id);
    if (known) return known;
    const song = new Broadcast(id, this.#relay, (clocks) =>
      this.#emit({ type: "media-clock", broadcast: id, clocks }),
    );
    this.#songs.set(id, song);
    return song;
  }

  /** The pictures of a broadcast, which begin with their first use. */
  pictures(id: BroadcastId): Pictures {
    const known = this.#pictures.get(id);
    if (known) return known;
    const pictures = new Pictures(id, this.#relay, this.#queue, {
      keyframeWanted: (layer) => this.#emit({ type: "keyframe-wanted", broadcast: id, layer }),
      wanted: () => this.#emit({ type: "pictures-wanted", broadcast: id }),
      flow: (publisher, codec) => this.#emit({ type: "pictures", broadcast: id, publisher, codec }),
      clock: (layer, reading) => this.#emit({ type: "picture-clock", broadcast: id, layer, reading }),
    });
    this.#pictures.set(id, pictures);
    return pictures;
  }

  /** Reports the frames of a song from now on, or no more. */
  tap(id: BroadcastId, isOpen: boolean): void {
    const song = this.song(id);
    if (isOpen) song.openTap((frames) => this.#emit({ type: "frames", broadcast: id, frames }));
    else song.closeTap();
  }

  /** A listener of another thread or machine needs a key frame. */
  requestKeyframe(id: BroadcastId, layer: PictureLayer): void {
    this.#pictures.get(id)?.receiveRequest(layer);
  }

  /** Call it every 100 ms. */
  tick(time: number): void {
    for (const pictures of this.#pictures.values()) pictures.tick(time);
  }

  /** Closes one broadcast; idempotent. */
  close(id: BroadcastId): void {
    this.#songs.get(id)?.close();
    this.#songs.delete(id);
    this.#pictures.get(id)?.close();
    this.#pictures.delete(id);
  }

  /** Ids of all broadcasts. */
  get ids(): BroadcastId[] {
    return [...new Set([...this.#songs.keys(), ...this.#pictures.keys()])];
  }

  /** Closes all broadcasts; idempotent. */
  closeAll(): void {
    for (const id of this.ids) this.close(id);
    this.#queue.close();
  }
}
