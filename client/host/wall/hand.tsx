import type { Hand } from "#protocol/wall.ts";
import { TEXT_MAX } from "#protocol/wall.ts";
import { TypedField } from "../ui/typed-field.tsx";

interface HandControlsProps {
  hand: Hand;
  /** Id of the text field; a prefix for the test ids. */
  id: string;
  onChange(change: Partial<Hand>): void;
}

/** What the host sets by hand for one screen or for all: blackout, freeze, brightness and text. */
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
          style={{ "--filled": hand.brightness }}
          aria-valuetext={`${Math.round(100 * hand.brightness)} %`}
          onInput={(event) => onChange({ brightness: event.currentTarget.valueAsNumber })}
        />
      </label>
      {/* To leave the field, by a press on the button too, is to confirm what was typed. */}
      <form class="field text" onSubmit={(event) => event.preventDefault()}>
        <label class="small quiet" for={id}>
          Text
        </label>
        <TypedField
          id={id}
          type="text"
          maxLength={TEXT_MAX}
          placeholder="Text over the light"
          value={hand.text}
          onCommit={(field) => onChange({ text: field.value.trim() })}
        />
        <span class="segments">
          <button type="submit" data-testid={`${id}-show`}>
            Show
          </button>
          <button
            type="button"
            disabled={hand.text === ""}
            onClick={() => onChange({ text: "" })}
            data-testid={`${id}-clear`}
          >
            Clear
          </button>
        </span>
      </form>
    </div>
  );
}
