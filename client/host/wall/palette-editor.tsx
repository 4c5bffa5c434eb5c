import { COLOURS_MAX, COLOURS_MIN, type Show } from "#protocol/wall.ts";
import { paletteOf } from "../../light/colour.ts";
import { paletteEditor } from "../../words/en/colours.ts";
import { Icon } from "../ui/controls.tsx";
import { strip } from "./palette-strip.ts";

interface PaletteEditorProps {
  show: Show;
  onChange(colours: string[]): void;
}

/** Edits the host's own palette: a few colours after black, and a strip that shows all levels. */
export function PaletteEditor({ show, onChange }: PaletteEditorProps) {
  const t = paletteEditor();
  const { colours } = show;
  const palette = paletteOf(show);
  if (!palette) return null;
  return (
    <fieldset class="palette" data-testid="palette-editor">
      <legend class="small quiet">{t.title}</legend>
      <div class="strip" style={{ background: strip(palette) }} />
      <ol>
        {colours.map((colour, n) => (
          // Colours may repeat, so only the index can be the key.
          <li key={n}>
            <input
              type="color"
              value={colour}
              aria-label={t.colour({ number: n + 1, all: colours.length })}
              onInput={(event) => onChange(colours.with(n, event.currentTarget.value))}
            />
            {colours.length > COLOURS_MIN && (
              <button
                type="button"
                class="remove"
                aria-label={t.remove({ number: n + 1 })}
                onClick={() => onChange(colours.toSpliced(n, 1))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
        {colours.length < COLOURS_MAX && (
          <li>
            <button
              type="button"
              class="add"
              aria-label={t.add}
              onClick={() => onChange([...colours, colours.at(-1)!])}
            >
              +
            </button>
          </li>
        )}
      </ol>
    </fieldset>
  );
}
