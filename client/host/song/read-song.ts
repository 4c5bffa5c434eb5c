import { songProblems } from "../../words/en/song.ts";
import { songTitle } from "../ui/format.ts";
import { SongProblem } from "./song-problem.ts";

/** What is known of a song before it is played. */
export interface SongFacts {
  title: string;
  artist: string;
  album: string;
  durationS: number | undefined;
  cover: Blob | undefined;
  playable: Blob;
}

export async function readSong(file: Blob, name: string): Promise<SongFacts> {
  if (file.size === 0) throw new SongProblem(songProblems().empty({ file: name }));
  return {
    title: songTitle(name),
    artist: "",
    album: "",
    durationS: undefined,
    cover: undefined,
    playable: file,
  };
}
