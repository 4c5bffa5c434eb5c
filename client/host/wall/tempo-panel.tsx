import { knownTempo, tempoPanel } from "../../words/en/tempo.ts";
import { numberText, percentText } from "../../words/units.ts";
import type { MapMaker } from "../light/map-maker.ts";
import type { Song } from "../song/song.ts";

/** The song's tempo, how sure it is, and what the host can do about it. */
export function TempoPanel({ song, maker }: { song: Song; maker: MapMaker }) {
  if (song.title.value === "") return null;
  const t = tempoPanel();
  const { tempo } = maker;
  const now = tempo.at(song.time.value * 1_000);
  const isChanged = tempo.isTapped.value || tempo.factor.value !== 1;
  return (
    <section class="choices" aria-labelledby="tempo">
      <h2 id="tempo" class="small quiet">
        {t.tempo}
      </h2>
      <p class="small" data-testid="tempo">
        {now ? knownTempo()[now.from]({ tempo: numberText(now.bpm) }) : wordsWithout(song, maker)}
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
            {factor === 2 ? t.double : t.half}
          </button>
        ))}
        <button
          type="button"
          onClick={() => tempo.tap(song.positionMs, song.duration.value * 1_000)}
          data-testid="tempo-tap"
        >
          {t.tap}
        </button>
        {isChanged && (
          <button type="button" onClick={() => tempo.forget()} data-testid="tempo-found">
            {t.asFound}
          </button>
        )}
      </div>
    </section>
  );
}

/** What is said where no tempo is known. */
function wordsWithout(song: Song, maker: MapMaker): string {
  const share = maker.analysedMs.value / (song.duration.value * 1_000);
  if (!maker.isAnalysing.value) return tempoPanel().noBeat;
  return tempoPanel().listening({ percent: percentText(Number.isFinite(share) ? share : 0) });
}
