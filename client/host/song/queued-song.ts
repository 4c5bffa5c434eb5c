import { queue as queueWords } from "../../words/en/queue.ts";
import type { Loudness } from "../analysis/loudness.ts";
import { newId } from "../broadcast/page-id.ts";

/** A song of the queue. */
export interface QueuedSong {
  readonly id: string;
  /** The queue is in the order of these. */
  readonly rank: number;
  readonly title: string;
  /** "" if it is not known. */
  readonly artist: string;
  readonly album: string;
  /** The name of its file. */
  readonly fileName: string;
  /** The size of its file. */
  readonly bytes: number;
  /** Seconds; undefined while it is not known. */
  readonly durationS: number | undefined;
  /** undefined while the song is not analysed as a whole. */
  readonly loudness: Loudness | undefined;
  /** At most 256 px wide and high. */
  readonly cover: Blob | undefined;
  /** Text for the host: why it cannot be played; "" if nothing is wrong. */
  readonly problem: string;
  /** Its tags are not read yet. */
  readonly isNew: boolean;
  /** It is kept between visits. */
  readonly isKept: boolean;
  /** It is the demo song, which gives way to any other. */
  readonly isDemo: boolean;
  /** It has pictures that this browser shows; missing for songs of earlier versions. */
  readonly isFilm?: boolean;
  /** Places that the host has marked, seconds, in order. */
  readonly cues: readonly number[];
}

/** A file for the queue. */
export interface NewSong {
  readonly file: File;
  /** As long as no more is known of it. */
  readonly title: string;
  readonly isDemo?: boolean;
}

/** A song of which only the file is known. */
export function songOf({ file, title, isDemo = false }: NewSong, rank: number): QueuedSong {
  return {
    id: newId(),
    rank,
    title,
    artist: "",
    album: "",
    fileName: file.name,
    bytes: file.size,
    durationS: undefined,
    loudness: undefined,
    cover: undefined,
    problem: "",
    isNew: !isDemo,
    isKept: true,
    isDemo,
    cues: [],
  };
}

/** How people call a song: who sings it and its name. */
export function nameOf({ title, artist }: Pick<QueuedSong, "title" | "artist">): string {
  return artist === "" ? title : queueWords().by({ artist, title });
}
