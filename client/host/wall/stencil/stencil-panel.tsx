import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Stencil } from "#protocol/stencil.ts";
import { PLACE_RATIO } from "../../../wall/look/stage.ts";
import { pictureProblems, stencilPanel } from "../../../words/en/stencil.ts";
import type { HostWall } from "../../broadcast/host-wall.ts";
import { PictureError, stencilOfPicture, stencilOfWords, WORDS_MAX } from "./draw.ts";
import "./stencil.css";
import { PressButton } from "../../ui/press-button.tsx";
import { LiveField } from "../../ui/typed-field.tsx";

/** What the light shines through: words that the host types, or a picture that it chooses. */
export function StencilPanel({ wall }: { wall: HostWall }) {
  const t = stencilPanel();
  const picker = useRef<HTMLInputElement>(null);
  const words = useSignal("");
  const problem = useSignal("");
  const set = (stencil: Stencil | null) => {
    const reached = wall.setStencil(stencil);
    problem.value = reached ? "" : t.unreachable;
  };
  const write = (event: SubmitEvent) => {
    event.preventDefault();
    const { width, height } = wall.extent.peek();
    const ratio = (Math.max(width, 1) * PLACE_RATIO) / Math.max(height, 1);
    const stencil = stencilOfWords(words.value, ratio);
    if (stencil) set(stencil);
    else problem.value = t.typeFirst;
  };
  const choose = async () => {
    const file = picker.current?.files?.[0];
    // Otherwise choosing the same file again is no change.
    if (picker.current) picker.current.value = "";
    if (!file) return;
    try {
      set(await stencilOfPicture(file));
    } catch (err) {
      problem.value = err instanceof PictureError ? err.message : pictureProblems().undrawable;
    }
  };
  return (
    <div class="stencil">
      <form onSubmit={write}>
        <LiveField
          text={words}
          textMax={WORDS_MAX}
          aria-label={t.words}
          placeholder={t.words}
          data-testid="stencil-words"
        />
        <button type="submit">{t.show}</button>
      </form>
      <div class="stencil-choices">
        <input
          ref={picker}
          type="file"
          accept="image/svg+xml,image/png,image/jpeg,image/webp"
          hidden
          onChange={() => void choose()}
          data-testid="stencil-file"
        />
        <button type="button" onClick={() => picker.current?.click()}>
          {t.picture}
        </button>
        <PressButton
          isIdle={wall.show.value.stencil === null}
          onPress={() => set(null)}
          data-testid="stencil-none"
        >
          {t.star}
        </PressButton>
      </div>
      {problem.value !== "" && (
        <p class="small" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
