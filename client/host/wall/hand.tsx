import { type Hand, TEXT_MAX } from "#protocol/wall.ts";
import { byHand } from "../../words/en/bar.ts";
import { percentText } from "../../words/units.ts";
import { PressButton } from "../ui/press-button.tsx";
import { TypedField } from "../ui/typed-field.tsx";

interface HandControlsProps {
  hand: Hand;
  onChange(change: Partial<Hand>): void;
}

interface BrightnessProps {
  class: string;
  /** 0..1 */
  value: number;
  onChange(value: number): void;
}

/** The brightness of one screen or of all. */
export function Brightness({ class: className, value, onChange }: BrightnessProps) {
  return (
    <label class={className}>
      <span class="small quiet">{byHand().brightness}</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={value}
        style={{ "--filled": value }}
        aria-valuetext={percentText(value)}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** What the host sets by hand for one screen: blackout, freeze, brightness and text. */
export function HandControls({ hand, onChange }: HandControlsProps) {
  const t = byHand();
  return (
    <div class="hand">
      <div class="segments">
        <button
          type="button"
          aria-pressed={hand.blackout}
          onClick={() => onChange({ blackout: !hand.blackout })}
          data-testid="screen-text-blackout"
        >
          {t.blackout}
        </button>
        <button
          type="button"
          aria-pressed={hand.freeze}
          onClick={() => onChange({ freeze: !hand.freeze })}
          data-testid="screen-text-freeze"
        >
          {t.freeze}
        </button>
      </div>
      <Brightness class="field" value={hand.brightness} onChange={(brightness) => onChange({ brightness })} />
      {/* To leave the field, by a press on the button too, is to confirm what was typed. */}
      <form class="field text" onSubmit={(event) => event.preventDefault()}>
        <label class="small quiet" for="screen-text">
          {t.text}
        </label>
        <TypedField
          id="screen-text"
          type="text"
          dir="auto"
          textMax={TEXT_MAX}
          placeholder={t.textOverLight}
          value={hand.text}
          onCommit={(field) => onChange({ text: field.value.trim() })}
        />
        <span class="segments">
          <button type="submit" data-testid="screen-text-show">
            {t.show}
          </button>
          <PressButton
            isIdle={hand.text === ""}
            onPress={() => onChange({ text: "" })}
            data-testid="screen-text-clear"
          >
            {t.clear}
          </PressButton>
        </span>
      </form>
    </div>
  );
}
