import { readPlace } from "./place.ts";
import type { Song } from "./song.ts";

/**
 * Brings back the queue, the song and the place of the last visit. It plays nothing, as browsers start no
 * sound before a press.
 */
export async function restore(song: Song): Promise<void> {
  await song.queue.restore();
  song.reader.readAll();
  if (song.present.peek() || song.choice.loading.peek()) return;
  const place = readPlace();
  if (place && song.queue.find(place.id)) {
    if (!(await song.prepare(place.id))) return;
    song.seek(place.at);
    song.wasPlaying.value = place.wasPlaying;
    return;
  }
  for (const { id } of song.queue.songs.peek()) {
    await song.prepare(id);
    if (song.queue.find(id)?.problem === "") return;
  }
}

/** Takes up queue and place where another page of this browser has left them. It plays nothing. */
export async function takeUp(song: Song): Promise<void> {
  await song.queue.refresh();
  song.reader.readAll();
  const place = readPlace();
  if (!place || song.playing.peek() || song.choice.loading.peek() || !song.queue.find(place.id)) return;
  if (song.present.peek()?.id === place.id || (await song.prepare(place.id))) song.seek(place.at);
}
