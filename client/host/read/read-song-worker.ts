import { readAdts } from "./adts.ts";
import { movOfAiff, readAiff, wavOfAiff } from "./aiff.ts";
import { type Found, openPictures, openSound, readContainer, readOgg } from "./container.ts";
import { coverOf } from "./cover.ts";
import { packedFilm } from "./film.ts";
import { readFlac } from "./flac.ts";
import { readMp3 } from "./mp3.ts";
import { decoded, packed } from "./pack.ts";
import {
  type ReadAnswer,
  type ReadCommand,
  type Repackaged,
  type Report,
  type Sound,
  UNKNOWN,
  type Way,
} from "./report.ts";
import { buriedAt, KINDS, type Kind, type Sniffed, sniff } from "./sniff.ts";
import { readTags } from "./tags.ts";
import { readWav } from "./wav.ts";

/** Finds out about a song before it is played. One question at a time. */

const scope = self as unknown as {
  onmessage: (event: MessageEvent<ReadCommand>) => void;
  postMessage(message: ReadAnswer): void;
};

scope.onmessage = async ({ data: command }) => {
  const { file } = command;
  scope.postMessage(command.type === "read" ? await report(file) : await repackage(file, command.way));
};

async function report(file: Blob): Promise<Report> {
  try {
    const sniffed = await sniff(file);
    const found = await find(file, sniffed);
    if (found && "refusal" in found) return { ...UNKNOWN, refusal: found.refusal };
    const { picture, ...tags } = await readTags(file, sniffed.kind ? KINDS[sniffed.kind] : "");
    return { ...tags, cover: await coverOf(picture), sound: found?.sound, refusal: undefined };
  } catch (error) {
    // The file has been moved, deleted or changed since it was chosen, or its disk is gone.
    if (isGone(error)) return { ...UNKNOWN, refusal: { reason: "unreadable" } };
    throw error;
  }
}

/** @returns undefined if nothing is known: an element may play the file all the same */
async function find(file: Blob, { kind, from, refusal }: Sniffed): Promise<Found | undefined> {
  if (refusal) return { refusal };
  try {
    if (kind === "mp3") return found(await readMp3(file, from));
    if (!kind) return await findBuried(file, from);
    const body = from > 0 ? file.slice(from) : file;
    const read = await readBody(body, kind);
    return from > 0 ? withoutFront(body, read) : read;
  } catch (error) {
    if (isGone(error)) throw error;
    return undefined;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof DOMException && /^Not(Readable|Found)Error$/.test(error.name);
}

/** Finds sound behind bytes that belong to nothing. */
async function findBuried(file: Blob, from: number): Promise<Found | undefined> {
  const sound = (await readMp3(file, from)) ?? (await readAdts(file));
  if (sound) return { sound };
  const at = await buriedAt(file);
  if (at === undefined) return undefined;
  const body = file.slice(at);
  return withoutFront(body, await find(body, await sniff(body)));
}

async function readBody(body: Blob, kind: Exclude<Kind, "mp3">): Promise<Found | undefined> {
  switch (kind) {
    case "wav":
      return found(await readWav(body));
    case "aiff":
      return found(await readAiff(body));
    case "flac":
      return found(await readFlac(body));
    case "ogg":
      return readOgg(body);
    case "adts":
      return found(await readAdts(body));
    case "mp4":
      return readContainer(body, "audio/mp4");
    case "webm":
      return readContainer(body, "audio/webm");
  }
}

/** What is found in the rest of a file is played without what was in front of it. */
function withoutFront(body: Blob, found: Found | undefined): Found | undefined {
  if (!found || !("sound" in found)) return found;
  const { sound } = found;
  return { sound: { ...sound, mended: sound.mended ?? body.slice(0, body.size, sound.type) } };
}

function found(sound: Sound | undefined): Found | undefined {
  return sound && { sound };
}

async function repackage(file: Blob, way: Way): Promise<Repackaged> {
  const none = { playable: undefined, durationS: undefined };
  try {
    const { kind, from } = await sniff(file);
    if (way === "container" && (kind === "mp3" || !kind)) {
      const sound = await readMp3(file, from, "xing");
      return { playable: sound?.mended, durationS: sound?.durationS };
    }
    const body = from > 0 ? file.slice(from) : file;
    if (kind === "aiff") {
      const sound = await readAiff(body);
      const copy = await (way === "container" ? movOfAiff(body) : wavOfAiff(body));
      return { playable: copy, durationS: sound?.durationS };
    }
    const track = await openSound(body);
    if (way === "film") return (await packedFilm(track, await openPictures(body))) ?? none;
    return (way === "decode" ? await decoded([track]) : await packed([track])) ?? none;
  } catch {
    return none;
  }
}
