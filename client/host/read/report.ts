import type { songProblems } from "../../words/en/song.ts";

/** Why a song cannot be played: a text in `songProblems`, and the format's name for those that tell it. */
export interface Refusal {
  readonly reason: Exclude<keyof ReturnType<typeof songProblems>, "damaged" | "demoMissing">;
  readonly format?: string;
}

/** What a reader of a format finds out about a file. */
export interface Sound {
  /** MIME type with codecs, as `canPlayType` takes it. */
  readonly type: string;
  /** How people call the codec. */
  readonly format: string;
  /** Measured, s; undefined if it cannot be. */
  readonly durationS: number | undefined;
  /** What is to be played in place of the file, because an element would be wrong about the file. */
  readonly mended?: Blob | undefined;
  /** Whether an element that knows the type is known to play it, with this duration. */
  readonly isSure: boolean;
  /** The MIME type of the file with its pictures; missing if it has none. */
  readonly filmType?: string | undefined;
}

/** Text from a song's tags; each "" if unknown. */
export interface Tags {
  readonly title: string;
  readonly artist: string;
  readonly album: string;
}

/** What the worker tells about a file. */
export interface Report extends Tags {
  readonly cover: Blob | undefined;
  readonly sound: Sound | undefined;
  readonly refusal: Refusal | undefined;
}

/** What is known of a file that could not be read. */
export const UNKNOWN: Report = {
  title: "",
  artist: "",
  album: "",
  cover: undefined,
  sound: undefined,
  refusal: undefined,
};

export type ReadCommand =
  /** Asks for a {@link Report}. */
  | { type: "read"; file: Blob }
  /** Asks for copies of a song that an element does not play: a {@link Repackaged}. */
  | { type: "repackage"; file: Blob; way: Way };

/** How a song is packed anew: its packets in another container, with its pictures too, or decoded. */
export type Way = "container" | "film" | "decode";

/** A copy, if there can be one in this way. */
export interface Repackaged {
  readonly playable: Blob | undefined;
  readonly durationS: number | undefined;
}

export type ReadAnswer = Report | Repackaged;
