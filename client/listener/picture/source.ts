import type { PictureImage } from "../../wall/look/picture.ts";
import type { DatedPicture } from "./due-pictures.ts";
import type { Layer } from "./receivers.ts";

/** How long before it is due a picture is to be decoded, ms: four pictures of 30 a second. */
export const LEAD_MS = 120;

/** A decoded picture, which is closed when it is shown no more. */
export type DecodedPicture = PictureImage & { close(): void };

/** When pictures are due. */
export interface Times {
  /** The wall clock now, ms; undefined before it is known. */
  wall(): number | undefined;
  /** When a picture is due, by the wall clock, ms; undefined while its layer's clock is not known. */
  due(layer: Layer, timestamp: number): number | undefined;
  /** The wall delay now, ms. */
  delay(): number;
}

export interface SourceOptions {
  layer: Layer;
  receiver: RTCRtpReceiver;
  timesOf: Times;
  onPicture(picture: DatedPicture<DecodedPicture>): void;
}

/** What gives the pictures of a receiver, decoded. */
export interface PictureSource {
  close(): void;
}
