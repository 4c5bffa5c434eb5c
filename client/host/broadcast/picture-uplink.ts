import { signal } from "@preact/signals";
import type { PictureSource } from "#protocol/messages.ts";

/** A picture on its way to the wall. */
export interface SentPicture extends PresentPicture {
  readonly source: PictureSource;
  readonly track: MediaStreamTrack;
}

/** A picture as it is now, as looks in the console draw it. */
export interface PresentPicture {
  /** Always has the present one. */
  readonly image: HTMLCanvasElement;
  /** In pixels, as the high layer has it. */
  readonly width: number;
  readonly height: number;
}

/** The two sizes in which a picture is sent, in the order of their sections in the offer. */
const LAYERS = ["high", "low"] as const;
type Layer = (typeof LAYERS)[number];

/** Most bits per second of each layer. */
const BITS_PER_SECOND_MAX: Record<Layer, number> = { high: 1_800_000, low: 200_000 };
/** Most pictures per second. */
export const PICTURES_PER_SECOND_MAX = 30;
/** The longer side of the low layer, px. */
const LOW_PX = 320;
/**
 * The rate with which Chromium begins, kb/s: by default it begins with 300, and a picture is a blur for
 * seconds. It is a parameter of its own, which the server need not know.
 */
const START_KBPS = 1_500;

/**
 * The host's picture in its media connection. Each offer has a section for each layer, whether or not there
 * is a picture; pictures come, change and go without another offer.
 */
export class PictureUplink {
  /** Whether the server forwards pictures; undefined before its first answer. */
  readonly forwards = signal<boolean | undefined>(undefined);
  #picture: SentPicture | undefined;
  #transceivers: readonly RTCRtpTransceiver[] = [];
  /** Changes are made one after the other, or a slow one would undo a later one. */
  #changing: Promise<void> = Promise.resolve();

  /** The host's own picture; undefined while there is none. */
  get present(): PresentPicture | undefined {
    return this.#picture;
  }

  /** What a new connection offers for pictures. */
  get sections(): RTCRtpTransceiverInit[] {
    return LAYERS.map((layer) => ({ direction: "sendonly", sendEncodings: [encodingOf(layer, undefined)] }));
  }

  /** Sends by another connection from now on. @param transceivers in the order of {@link sections} */
  begin(transceivers: readonly RTCRtpTransceiver[]): void {
    this.#transceivers = transceivers;
    this.#change();
  }

  /** The server has answered the offer of the present connection. */
  handleAnswer(): void {
    this.forwards.value = this.#transceivers.some(({ currentDirection }) => currentDirection === "sendonly");
  }

  /** Sends another picture, or none. */
  set(picture: SentPicture | undefined): void {
    this.#picture = picture;
    this.#change();
  }

  #change(): void {
    const transceivers = this.#transceivers;
    this.#changing = this.#changing.then(async () => {
      for (const [n, layer] of LAYERS.entries()) {
        const sender = transceivers[n]?.sender;
        // Another connection may have taken the place of this one, which is closed then.
        if (sender && transceivers === this.#transceivers) await send(sender, layer, this.#picture);
      }
    });
  }
}

async function send(sender: RTCRtpSender, layer: Layer, picture: SentPicture | undefined): Promise<void> {
  // A connection that never had a picture stays untouched.
  if (!picture && !sender.track) return;
  try {
    if (picture) await setEncoding(sender, layer, picture);
    if (sender.track !== (picture?.track ?? null)) await sender.replaceTrack(picture?.track ?? null);
  } catch (error) {
    // The connection was closed meanwhile, or the server has declined its pictures.
    if (!(error instanceof DOMException)) throw error;
  }
}

async function setEncoding(sender: RTCRtpSender, layer: Layer, picture: SentPicture): Promise<void> {
  const parameters = sender.getParameters();
  const encoding = encodingOf(layer, picture);
  parameters.encodings = (parameters.encodings ?? []).map((one) => ({ ...one, ...encoding }));
  if (parameters.encodings.length === 0) return;
  // What is read must stay sharp; what moves must go on moving (W3C mst-content-hint).
  const preference = picture.source === "screen" ? "maintain-resolution" : "balanced";
  await sender.setParameters({ ...parameters, degradationPreference: preference });
}

function encodingOf(layer: Layer, picture: SentPicture | undefined): RTCRtpEncodingParameters {
  return {
    maxBitrate: BITS_PER_SECOND_MAX[layer],
    maxFramerate: PICTURES_PER_SECOND_MAX,
    scaleResolutionDownBy: layer === "low" && picture ? lowScale(picture) : 1,
  };
}

/** By what a picture is made smaller for the low layer. */
export function lowScale({ width, height }: Pick<SentPicture, "width" | "height">): number {
  return Math.max(Math.max(width, height) / LOW_PX, 1);
}

/** The server's answer with the rate with which pictures begin (`a=fmtp`, RFC 8866 §6.15). */
export function withStartRate(answer: string): string {
  const sections = answer.split(/^(?=m=)/m);
  return sections.map((section) => (section.startsWith("m=video") ? withRate(section) : section)).join("");
}

function withRate(section: string): string {
  const rate = `x-google-start-bitrate=${START_KBPS}`;
  const [, payloadType] = /^a=rtpmap:(\d+) /m.exec(section) ?? [];
  if (!payloadType) return section;
  const parameters = new RegExp(`^(a=fmtp:${payloadType} .*?)(\\r?)$`, "m");
  if (parameters.test(section)) return section.replace(parameters, `$1;${rate}$2`);
  return section.replace(/^(a=rtpmap:.*?)(\r?\n)/m, `$1$2a=fmtp:${payloadType} ${rate}$2`);
}
