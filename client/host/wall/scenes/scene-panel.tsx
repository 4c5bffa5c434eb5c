import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { cutText } from "#protocol/text.ts";
import { scenePanel } from "../../../words/en/scenes.ts";
import type { Song } from "../../song/song.ts";
import { useAnimationFrame } from "../../ui/animation-frame.ts";
import { ChoiceGroup, Icon } from "../../ui/controls.tsx";
import { AUTO_BARS, type AutoBars, type SceneBook } from "./scene-book.ts";
import { FILM_PICTURES, SceneFilm } from "./scene-film.ts";
import { SCENE_NAME_MAX, type Scene, shownName } from "./scenes.ts";
import "./scenes.css";
import { PressButton } from "../../ui/press-button.tsx";
import { LiveField } from "../../ui/typed-field.tsx";

/** The scenes of the console as small moving walls, and what is done with them. */
export function ScenePanel({ song, book }: { song: Song; book: SceneBook }) {
  const t = scenePanel();
  /** Films that are not complete. */
  const films = useRef(new Set<SceneFilm>());
  useAnimationFrame(() => {
    // They take turns, so that all cards show something soon.
    const [film] = films.current;
    if (!film) return;
    films.current.delete(film);
    if (film.paintNext()) films.current.add(film);
  });
  const shown = book.shown.value;
  return (
    <section class="choices scenes" aria-labelledby="scenes">
      <h2 id="scenes" class="small quiet">
        {t.scenes}
      </h2>
      <ol>
        {book.all.value.map((scene, n) => (
          <li key={scene.name}>
            <Card
              scene={scene}
              keyName={n < 10 ? String((n + 1) % 10) : undefined}
              isShown={scene === shown}
              films={films.current}
              onRecall={() => book.recall(scene)}
            />
            {scene.isOwn && (
              <button
                type="button"
                class="remove"
                aria-label={t.removeScene({ scene: scene.name })}
                onClick={() => book.remove(scene)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ol>
      <details class="more" open={matchMedia("(min-width: 901px)").matches}>
        <summary class="small quiet">{t.more}</summary>
        <div class="choices">
          <ChoiceGroup
            label={t.change}
            value={String(book.auto.value)}
            options={Object.fromEntries(
              AUTO_BARS.map((bars) => [bars, bars === 0 ? t.byHand : t.everyBars(bars)]),
            )}
            onChoose={(bars) => {
              book.auto.value = Number(bars) as AutoBars;
            }}
            testid="scene-auto"
          />
          {song.title.value !== "" && (
            <label class="check">
              <input
                type="checkbox"
                checked={shown !== undefined && book.ofSong.value === shown.name}
                disabled={shown === undefined}
                onChange={(event) => book.startSongWith(event.currentTarget.checked ? shown : undefined)}
                data-testid="scene-of-song"
              />
              <span class="small">{t.startsSong({ title: song.title.value })}</span>
            </label>
          )}
          {shown === undefined && <Save book={book} />}
        </div>
      </details>
    </section>
  );
}

interface CardProps {
  scene: Scene;
  /** The key that recalls it. */
  keyName: string | undefined;
  isShown: boolean;
  /** Films that are painted little by little. */
  films: Set<SceneFilm>;
  onRecall(): void;
}

function Card({ scene, keyName, isShown, films, onRecall }: CardProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    // Made when it is first seen: the panel may be closed or scrolled away.
    let film: SceneFilm | undefined;
    // The observer may report once more when the card has gone, and then there is no canvas to paint.
    const card = canvas.current!;
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry!.isIntersecting || !card.isConnected) return;
      seen.disconnect();
      film = new SceneFilm(card, scene.show);
      films.add(film);
    });
    seen.observe(card);
    return () => {
      seen.disconnect();
      if (film) films.delete(film);
    };
  }, [scene]);
  return (
    <button
      type="button"
      class="card"
      aria-pressed={isShown}
      title={keyName && scenePanel().key({ key: keyName })}
      onClick={onRecall}
      data-testid="scene"
    >
      <span class="film" style={{ "--pictures": FILM_PICTURES }}>
        <canvas ref={canvas} />
      </span>
      <span class="small" dir="auto">
        {shownName(scene)}
      </span>
    </button>
  );
}

/** Keeps what the wall does as a scene. */
function Save({ book }: { book: SceneBook }) {
  const t = scenePanel();
  const name = useSignal("");
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const trimmed = cutText(name.value.trim(), SCENE_NAME_MAX);
    if (trimmed !== "") book.save(trimmed);
    name.value = "";
  };
  return (
    <form class="save-scene" onSubmit={save}>
      <LiveField
        text={name}
        textMax={SCENE_NAME_MAX}
        aria-label={t.newName}
        placeholder={t.nameIt}
        data-testid="scene-name"
      />
      <PressButton isIdle={name.value.trim() === ""} data-testid="save-scene">
        {t.save}
      </PressButton>
    </form>
  );
}
