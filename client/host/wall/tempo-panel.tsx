import type { MapMaker } from "../light/map-maker.ts";
import type { TempoNow } from "../light/song-tempo.ts";
import type { Song } from "../song/song.ts";

const FROM: Record<TempoNow["from"], string> = {
  sure: "found in the song",
  guessed: "a guess: tap the beat if the light misses it",
  tapped: "as you tapped it",
};

/** The song's tempo, how sure it is, and what the host can do about it. */
export function TempoPanel({ song, maker }: { song: Song; maker: MapMaker }) {
  if (song.title.value === "") return null;
  const { tempo } = maker;
  const now = tempo.at(song.time.value * 1_000);
  const isChanged = tempo.isTapped.value || tempo.factor.value !== 1;
  return (
    <section class="choices" aria-labelledby="tempo">
      <h2 id="tempo" class="small quiet">
        Tempo
      </h2>
      <p class="small" data-testid="tempo">
        {now ? `${Math.round(now.bpm)} BPM, ${FROM[now.from]}` : wordsWithout(song, maker)}
      </p>
      <div class="segments">
        {([0.5, 2] as const).map((factor) => (
          <button
            key={factor}
            type="button"
            aria-pressed={tempo.factor.value === factor}
            disabled={!now || tempo.isTapped.value}
            onClick={() => {
              tempo.factor.value = tempo.factor.value === factor ? 1 : factor;
            }}
            data-testid={factor === 2 ? "tempo-double" : "tempo-half"}
          >
            {factor === 2 ? "Double" : "Half"}
          </button>
        ))}
        <button
          type="button"
          onClick={() => tempo.tap(song.positionMs, song.duration.value * 1_000)}
          data-testid="tempo-tap"
        >
          Tap
        </button>
        {isChanged && (
          <button type="button" onClick={() => tempo.forget()} data-testid="tempo-found">
            As found
          </button>
        )}
      </div>
    </section>
  );
}

/** What is said where no tempo is known. */
function wordsWithout(song: Song, maker: MapMaker): string {
  const share = maker.analysedMs.value / (song.duration.value * 1_000);
  const isAhead = maker.isAnalysing.value;
  if (isAhead) return `Listening ahead: ${Number.isFinite(share) ? Math.round(100 * share) : 0} %`;
  return "No beat found here. Tap it if there is one.";
}
