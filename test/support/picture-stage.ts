import { randomBytes } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { now } from "../../server/media/clock.ts";
import { PictureQueue } from "../../server/media/fanout/picture-queue.ts";
import { type PictureEvents, Pictures } from "../../server/media/fanout/pictures.ts";
import type { PictureCodec, PictureLayer, PictureSpec } from "../../server/media/model.ts";
import { PictureSender } from "../../server/media/peer/picture-sender.ts";
import { SrtpOpener } from "../../server/media/secure/srtp.ts";
import { deriveSessionKeys } from "../../server/media/secure/srtp-keys.ts";
import { Losses, type RtcpItem } from "../../server/media/wire/rtcp.ts";
import type { RtpPacket } from "../../server/media/wire/rtp.ts";
import type { Relay } from "../../server/relay/relay.ts";
import { Verifier } from "../keystream/verifier.ts";
import { Catcher } from "./catcher.ts";

/** The beginning of a VP8 packet: of a key frame, of another frame, of a later part. */
export const VP8 = { key: "1050", delta: "1051", part: "0050" } as const;

/** Bytes after the text of a payload, so that it has whole blocks of keystream. */
const PADDING_BYTES = 40;

/**
 * The server's SSRC of each layer, as {@link PictureStage.listen} gives it to every listener. The verifier
 * remembers all keystream of listeners whose number 64 divides.
 */
export const SSRCS: Readonly<Record<PictureLayer, number>> = { high: 64, low: 128 };

/** A listener in unit tests, and the packets that were sent to it. */
export interface TestListener {
  sender: PictureSender;
  /** All datagrams so far, as they were sent. */
  caught: Buffer[];
  /** Opens what has come since the last call, without repeated packets. */
  received(): (RtpPacket & { index: number; text: string })[];
  report(layer: PictureLayer, loss: number, time: number): void;
  nack(layer: PictureLayer, sequences: readonly number[]): void;
  rtcp: Buffer[];
}

/** The pictures of one thread, without a host: tests forward packets. */
export class PictureStage {
  readonly pictures: Pictures;
  readonly queue = new PictureQueue((error) => {
    throw error;
  });
  readonly wanted: PictureLayer[] = [];
  /** Verifies all packets of the newest listener, with code that it does not share with the server. */
  readonly verifier = new Verifier(100_000);
  /** The payload that is being sent. */
  #clear: Buffer | undefined;
  /** The next index and timestamp of each layer's packets. */
  readonly #next: Record<PictureLayer, number> = { high: 0, low: 0 };

  constructor(relay?: Relay, events: Partial<PictureEvents> = {}) {
    this.pictures = new Pictures("WALL", relay, this.queue, {
      keyframeWanted: (layer) => this.wanted.push(layer),
      wanted: () => {},
      flow: () => {},
      clock: () => {},
      ...events,
    });
  }

  /** Sends one packet of a layer to all listeners. `index` may repeat an earlier one, or leave some out. */
  async play(
    layer: PictureLayer,
    kind: keyof typeof VP8 = "delta",
    { index = this.#next[layer], publisher = 1, codec = "VP8" as PictureCodec, hex = "" } = {},
  ): Promise<number> {
    this.#next[layer] = Math.max(this.#next[layer], index + 1);
    const text = Buffer.from(` ${layer} ${index}`);
    const payload = Buffer.concat([Buffer.from(hex || VP8[kind], "hex"), text, Buffer.alloc(PADDING_BYTES)]);
    const packet = { ssrc: publisher, index, sequence: index & 0xffff, timestamp: (index * 3_000) >>> 0 };
    const rest = { marker: true, payloadType: 96, padded: false, payload };
    this.pictures.stream(layer).forward({ ...packet, ...rest }, publisher, codec);
    this.#clear = payload;
    await this.sent();
    this.#clear = undefined;
    return index;
  }

  /** Resolves when all packets that wait are sent. */
  async sent(): Promise<void> {
    while (this.queue.length > 0) await turn();
    this.pictures.tick(now());
  }

  listen(
    layers: readonly PictureLayer[] = ["high", "low"],
    codecs: PictureSpec["payloadTypes"] = { VP8: 96 },
  ) {
    const master = { key: randomBytes(16), salt: randomBytes(14) };
    const [caught, rtcp]: [Buffer[], Buffer[]] = [[], []];
    const sender = new PictureSender({
      specs: layers.map((layer) => ({ layer, payloadTypes: codecs, ssrc: SSRCS[layer] })),
      keys: deriveSessionKeys(master, "rtp"),
      destination: new Catcher(caught, (packet) => this.#verify(packet)),
      pictures: this.pictures,
      send: (data) => rtcp.push(data),
    });
    for (const layer of layers) this.verifier.add(SSRCS[layer], master, 0);
    const opener = new SrtpOpener(master, 512);
    let read = 0;
    const listener: TestListener = {
      sender,
      caught,
      rtcp,
      received: () => {
        const fresh = caught.slice(read);
        read = caught.length;
        return fresh.flatMap((data) => {
          const packet = opener.open(data);
          return packet ? { ...packet, text: textOf(packet.payload) } : [];
        });
      },
      report: (layer, loss, time) => {
        const block = { fractionLost: Math.round(loss * 256), lost: 0, highest: 0, jitter: 0 };
        const item: RtcpItem = {
          kind: "report",
          block: { ...block, ssrc: SSRCS[layer], lastSenderReport: 0, delaySinceLast: 0 },
        };
        sender.receive(item, time);
      },
      nack: (layer, sequences) => {
        const pairs = Buffer.alloc(sequences.length * 4);
        sequences.forEach((sequence, n) => {
          pairs.writeUInt16BE(sequence & 0xffff, n * 4);
        });
        sender.receive({ kind: "nack", ssrc: SSRCS[layer], losses: new Losses(pairs) }, now());
      },
    };
    return listener;
  }

  close(): void {
    this.pictures.close();
    this.queue.close();
  }

  #verify(packet: Buffer): void {
    this.verifier.take(packet.readUInt32BE(8), packet, this.#clear);
  }
}

/** What {@link PictureStage.play} has put into a payload. */
function textOf(payload: Buffer): string {
  return payload.subarray(3, -PADDING_BYTES).toString();
}
