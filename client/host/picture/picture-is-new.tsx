import { useEffect } from "preact/hooks";
import { bar } from "../../words/en/bar.ts";
import { pictures } from "../../words/en/picture.ts";
import type { PictureMode } from "./picture-mode.ts";

/** How long the console says that the wall shows the picture, ms. */
const SHOWN_MS = 10_000;

/** Says that the wall shows the picture from now on, and offers what it showed before. */
export function PictureIsNew({ mode }: { mode: PictureMode }) {
  const isNew = mode.isNew.value;
  useEffect(() => {
    if (!isNew) return;
    const timer = setTimeout(() => {
      mode.isNew.value = false;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [mode, isNew]);
  if (!isNew) return null;
  return (
    <p data-testid="picture-is-new">
      {pictures().isNew}
      <button type="button" class="small" onClick={() => mode.undo()} data-testid="picture-undo">
        {bar().undo}
      </button>
    </p>
  );
}
