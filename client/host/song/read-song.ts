import { songProblems } from "../../words/en/song.ts";
import type { Refusal, Repackaged, Report, Sound } from "../read/report.ts";
import { SongReader } from "../read/song-reader.ts";
import { songTitle } from "../ui/format.ts";
import { openElement, unload } from "./audio-element.ts";
import { SongProblem } from "./song-problem.ts";

/** What is known of a song before it is played. */
export interface SongFacts {
  /** Of its tags, or else of the file's name. */
  title: string;
  /** "" if unknown. */
  artist: string;
  /** "" if unknown. */
  album: string;
  /** Seconds, measured from the packets, not believed from a header. */
  durationS: number;
  /** The cover, at most 256 px wide and high; undefined if there is none. */
  cover: Blob | undefined;
  /**
   * What an audio element can play: the file itself, or a repackaged copy of it where the element would fail
   * or be wrong about its duration.
   */
  playable: Blob;
  /** Whether it has pictures that this browser shows. */
  isFilm: boolean;
}

/** How far an element's duration may be from the measured one before the song is packed anew, s. */
const TOLERANCE_S = 0.1;

const reader = new SongReader();

/**
 * Finds out what a file is, what it tells about its song, how long it truly is, and what an element can play
 * of it. It decodes nothing unless there is no other way, and works on any origin.
 * @param name the file's
 * @throws SongProblem with the true reason and what to do next; the signal's reason if it is aborted
 */
export async function readSong(file: Blob, name: string, signal: AbortSignal): Promise<SongFacts> {
  const refuse = ({ reason, format = "" }: Refusal) => {
    const text = songProblems()[reason];
    return new SongProblem(typeof text === "string" ? text : text({ file: name, format }));
  };
  if (file.size === 0) throw refuse({ reason: "empty" });
  const report = await reader.read(file, signal);
  if (report.refusal) throw refuse(report.refusal);
  const played = await playableOf(file, report, signal);
  if (!played) throw refuse(reasonAgainst(report.sound));
  const { artist, album, cover } = report;
  return { title: report.title || songTitle(name), artist, album, cover, ...played };
}

function reasonAgainst(sound: Sound | undefined): Refusal {
  return sound?.format ? { reason: "unknownFormat", format: sound.format } : { reason: "unplayable" };
}

type Played = Pick<SongFacts, "playable" | "durationS" | "isFilm">;

/** The file or the nearest copy of it that an element plays. */
async function playableOf(file: Blob, { sound }: Report, signal: AbortSignal): Promise<Played | undefined> {
  const film = sound?.filmType && (await filmOf(file, sound.filmType, signal));
  if (film) return film;
  // An element may believe the file's own type, which comes from its name.
  const typed = sound ? file.slice(0, file.size, sound.type.split(";")[0]) : file;
  const playable = sound?.mended ?? typed;
  if (sound?.isSure && sound.durationS !== undefined && new Audio().canPlayType(sound.type) !== "")
    return { playable, durationS: sound.durationS, isFilm: false };
  const played = await tried({ playable, durationS: sound?.durationS }, signal);
  if (played) return played;
  for (const way of ["container", "decode"] as const) {
    const copy = await tried(await reader.repackage(file, way, signal), signal);
    if (copy) return copy;
  }
  return undefined;
}

/** A film as it is, or a copy of it that has an index; undefined if an element shows none of its pictures. */
async function filmOf(file: Blob, type: string, signal: AbortSignal): Promise<Played | undefined> {
  const playable = file.slice(0, file.size, type);
  // Its pictures may be longer than its sound, so its duration is what the element says.
  const film = await tried({ playable, durationS: undefined }, signal, true);
  return film ?? (await tried(await reader.repackage(file, "film", signal), signal, true));
}

/** Asks an element whether it plays a song, and with the measured duration if there is one. */
async function tried(
  { playable, durationS }: Repackaged,
  signal: AbortSignal,
  isFilm = false,
): Promise<Played | undefined> {
  if (!playable) return undefined;
  try {
    const element = await openElement(playable, "", signal, isFilm);
    const { duration } = element;
    const isSeen = !isFilm || (element as HTMLVideoElement).videoWidth > 0;
    unload(element);
    const isRight = durationS === undefined || Math.abs(duration - durationS) <= TOLERANCE_S;
    if (!Number.isFinite(duration) || !isRight || !isSeen) return undefined;
    return { playable, durationS: durationS ?? duration, isFilm };
  } catch (error) {
    if (!(error instanceof SongProblem)) throw error;
    return undefined;
  }
}
