import { decodePart, type Place } from "./song-parts.ts";

/** Decodes a part of a song, piece by piece, as fast as it is asked to. */

export type DecodeCommand =
  /** Begins. The first piece is to be asked for. */
  | { type: "open"; file: Blob; place: Place }
  /** Asks for the next piece. */
  | { type: "more"; buffers: readonly ArrayBuffer[] };

export type DecodeEvent =
  | { type: "sound"; channels: readonly Float32Array<ArrayBuffer>[]; rate: number; endS: number }
  /** All of the part is decoded; undefined after the song's last one. */
  | { type: "end"; next: Place | undefined }
  | { type: "failed" };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<DecodeCommand>) => void;
  postMessage(message: DecodeEvent, transferred?: readonly ArrayBuffer[]): void;
};

let part: ReturnType<typeof decodePart> | undefined;

scope.onmessage = ({ data: command }) => {
  if (command.type === "open") part = decodePart(command.file, command.place);
  else answer(command.buffers).catch(() => scope.postMessage({ type: "failed" }));
};

async function answer(buffers: readonly ArrayBuffer[]): Promise<void> {
  const { value, done } = await part!.next(buffers);
  if (done) scope.postMessage({ type: "end", next: value });
  else
    scope.postMessage(
      { type: "sound", ...value },
      value.channels.map(({ buffer }) => buffer),
    );
}
