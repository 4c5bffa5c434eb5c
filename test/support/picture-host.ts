import { HOST_SSRCS } from "./picture-offers.ts";
import { type RawPeer, rtpPacket } from "./raw-peer.ts";

/** First bytes of a picture in VP8 that can be decoded alone, and of another one (RFC 7741 §4.2, §4.3). */
const KEY = Buffer.from("1050", "hex");
const DELTA = Buffer.from("1051", "hex");
/** As large as an Opus packet at 128 kb/s. */
const SOUND = Buffer.alloc(320, 1);
/** Time between two pictures, ms. */
const PICTURE_MS = 40;
const SONG_MS = 20;

/** A layer of the picture that a host sends, or its song. */
export type Stream = "song" | "high" | "low";

/**
 * Sends sound and pictures over a raw peer as a host's browser does: a key frame first, and then only when
 * one is requested.
 */
export class PictureHost {
  readonly #peer: RawPeer;
  /** Packets of one picture, and bytes of each packet. */
  readonly #sizes: Readonly<Record<"high" | "low", { packets: number; bytes: number }>>;
  readonly #sequences = { song: 1_000, high: 60_000, low: 30 };
  readonly #playing: NodeJS.Timeout;
  readonly #begun = performance.now();
  #transport = 0;
  #ticks = 0;
  #reports = 0;
  /** Times at which the server has asked for key frames, ms. */
  readonly requests: { layer: "high" | "low"; at: number }[] = [];
  readonly #due = new Set<"high" | "low">(["high", "low"]);

  constructor(
    peer: RawPeer,
    sizes: Readonly<Record<"high" | "low", { packets: number; bytes: number }>> = {
      high: { packets: 1, bytes: 100 },
      low: { packets: 1, bytes: 50 },
    },
  ) {
    this.#peer = peer;
    this.#sizes = sizes;
    this.#playing = setInterval(() => this.#play(), SONG_MS / 4);
  }

  close(): void {
    clearInterval(this.#playing);
  }

  /** Sends what is due by the clock: the delays of a timer alone would add up. */
  #play(): void {
    this.#takeRequests();
    const elapsed = performance.now() - this.#begun;
    for (; this.#ticks * SONG_MS <= elapsed; this.#ticks++) {
      this.#send("song", SOUND, true);
      if ((this.#ticks * SONG_MS) % PICTURE_MS === 0)
        for (const layer of ["high", "low"] as const) this.#picture(layer);
    }
  }

  #picture(layer: "high" | "low"): void {
    const { packets, bytes } = this.#sizes[layer];
    const kind = this.#due.delete(layer) ? KEY : DELTA;
    for (let n = 0; n < packets; n++) {
      const payload = Buffer.alloc(bytes, n === 0 ? kind : Buffer.from([0, 0]));
      if (n === 0) kind.copy(payload);
      this.#send(layer, payload, n === packets - 1);
    }
  }

  #send(stream: Stream, payload: Buffer, marker: boolean): void {
    const isSong = stream === "song";
    this.#peer.sendRtp(
      rtpPacket({
        ...{ ssrc: HOST_SSRCS[stream], payloadType: isSong ? 111 : 96, payload },
        sequence: this.#sequences[stream]++,
        timestamp: this.#ticks * SONG_MS * (isSong ? 48 : 90),
        marker: !isSong && marker,
        ...(!isSong && { extension: this.#transport++ }),
      }),
    );
  }

  #takeRequests(): void {
    if (this.#peer.reports.length === this.#reports) return;
    const items = this.#peer.itemsFrom(this.#reports);
    this.#reports = this.#peer.reports.length;
    for (const item of items) {
      if (item.kind !== "keyframe") continue;
      const layer = item.ssrc === HOST_SSRCS.high ? "high" : "low";
      this.requests.push({ layer, at: performance.now() });
      this.#due.add(layer);
    }
  }
}
