import type { Hand } from "#protocol/wall.ts";
import { TEXT_MAX } from "#protocol/wall.ts";

interface HandControlsProps {
  hand: Hand;
  /** Id of the text field, for the label and the keyboard. */
  id: string;
  onChange(change: Partial<Hand>): void;
}

/** Dark, still, dimmer, words: what the host does by hand, to one screen or to all. */
export function HandControls({ hand, id, onChange }: HandControlsProps) {
  return (
    <div class="hand">
      <div class="segments">
        <button
          type="button"
          aria-pressed={hand.blackout}
          onClick={() => onChange({ blackout: !hand.blackout })}
          data-testid={`${id}-blackout`}
        >
          Blackout
        </button>
        <button
          type="button"
          aria-pressed={hand.freeze}
          onClick={() => onChange({ freeze: !hand.freeze })}
          data-testid={`${id}-freeze`}
        >
          Freeze
        </button>
      </div>
      <label class="field">
        <span class="small quiet">Brightness</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={hand.brightness}
          onInput={(event) => onChange({ brightness: event.currentTarget.valueAsNumber })}
        />
      </label>
      <label class="field">
        <span class="small quiet">Text</span>
        <input
          id={id}
          type="text"
          maxLength={TEXT_MAX}
          placeholder="Words over the light"
          value={hand.text}
          onChange={(event) => onChange({ text: event.currentTarget.value.trim() })}
        />
      </label>
    </div>
  );
}
