import { useSignal } from "@preact/signals";
import { copying } from "../../words/en/console-page.ts";
import { copyText } from "./link.ts";

/** The drawing of each icon, in a square of 24 units. */
const PATHS = {
  play: "M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2Z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  previous: "M6 5h2.5v14H6zM19 5.8v12.4a.8.8 0 0 1-1.2.7L9.5 12.7a.8.8 0 0 1 0-1.4l8.3-6.2a.8.8 0 0 1 1.2.7Z",
  next: "M15.5 5H18v14h-2.5zM5 5.8v12.4a.8.8 0 0 0 1.2.7l9-6.2a.8.8 0 0 0 0-1.4l-9-6.2A.8.8 0 0 0 5 5.8Z",
  once:
    "M7 7h9V4l5 4.5-5 4.5v-3H7a2 2 0 0 0-2 2v1H3v-1a5 5 0 0 1 4-5Z" +
    "m-3.500 13v-5.200l-1.4.6v-1.700l2.600-1h1.300V20Z",
  move: "M9 5h2v2H9zM13 5h2v2h-2zM9 11h2v2H9zM13 11h2v2h-2zM9 17h2v2H9zM13 17h2v2h-2z",
  loop:
    "M7 7h9V4l5 4.5-5 4.5v-3H7a2 2 0 0 0-2 2v1H3v-1a5 5 0 0 1 4-5Z" +
    "m10 10H8v3l-5-4.5L8 11v3h9a2 2 0 0 0 2-2v-1h2v1a5 5 0 0 1-4 5Z",
  sound: "M4 9v6h4l5 4.5v-15L8 9zM16 8.2a5 5 0 0 1 0 7.6M18.6 5.6a8.7 8.7 0 0 1 0 12.8",
  mute: "M4 9v6h4l5 4.5v-15L8 9zM16.5 9.5l5 5M21.5 9.5l-5 5",
  flag: "M6 21V4h11l-2.5 4 2.5 4H6",
  close: "M6 6l12 12M18 6L6 18",
  undo: "M9 5 4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3",
  redo: "M15 5l5 5-5 5M20 10H10a5 5 0 0 0 0 10h3",
  dark: "M5 5h14v14H5z",
  freeze: "M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9",
  text: "M5 6h14M12 6v13",
  identify: "M9 4 7 20M17 4l-2 16M4 9h16M4 15h16",
} as const;

/** Icons that are drawn as lines; the others are filled. */
const STROKED: ReadonlySet<string> = new Set([
  "sound",
  "mute",
  "flag",
  "close",
  "undo",
  "redo",
  "freeze",
  "text",
  "identify",
]);

/** An icon in a control. The control itself has the text for screen readers. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={STROKED.has(name) ? "icon stroked" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

interface ChoiceGroupProps {
  label: string;
  value: string;
  options: Readonly<Record<string, string>>;
  onChoose(value: string): void;
  isDisabled?: boolean;
  /** Options that cannot be chosen now. */
  idle?: readonly string[];
  /** A sentence below it, for instance why it is disabled. */
  note?: string | undefined;
  testid: string;
}

/** A choice of one option, with its label. */
export function ChoiceGroup(props: ChoiceGroupProps) {
  const { label, value, options, onChoose, isDisabled, idle = [], note, testid } = props;
  return (
    <label class="field">
      <span class="small quiet">{label}</span>
      <select
        value={value}
        disabled={isDisabled}
        onChange={(event) => onChoose(event.currentTarget.value)}
        data-testid={testid}
      >
        {Object.entries(options).map(([name, text]) => (
          <option key={name} value={name} disabled={idle.includes(name)}>
            {text}
          </option>
        ))}
      </select>
      {note && <span class="small quiet note">{note}</span>}
    </label>
  );
}

interface FactProps {
  name: string;
  /** What the value means, shown by a pointer that rests on it. */
  meaning: string;
  value: string;
  testid: string;
}

/** A figure with its name, in a list of them. */
export function Fact({ name, meaning, value, testid }: FactProps) {
  return (
    <div title={meaning}>
      <dt class="quiet">{name}</dt>
      <dd data-testid={testid}>{value}</dd>
    </div>
  );
}

interface SliderProps {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** The value as text. */
  text: string;
  onChange(value: number): void;
  testid: string;
}

/** A slider with its label and its value as text. */
export function Slider({ label, min, max, step, value, text, onChange, testid }: SliderProps) {
  return (
    <label class="slider">
      <span class="quiet">{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        style={{ "--filled": (value - min) / (max - min) }}
        aria-valuetext={text}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
        data-testid={testid}
      />
      <output class="small">{text}</output>
    </label>
  );
}

/** How long the button shows the outcome. */
const OUTCOME_MS = 2_000;

interface CopyProps {
  text: string;
  /** What it copies, for screen readers: “Copy …”. */
  label: string;
  word?: string;
  /** Whether the text must not be seen. */
  isSecret?: boolean;
  testid: string;
}

/** A button that copies a text, and shows whether it did. */
export function Copy({ text, label, word = copying().copy, isSecret = false, testid }: CopyProps) {
  const shown = useSignal(word);
  const copy = async () => {
    shown.value = (await copyText(text)) ? copying().copied : copying().selectToCopy;
    setTimeout(() => {
      shown.value = word;
    }, OUTCOME_MS);
  };
  return (
    <button
      type="button"
      aria-label={label}
      title={isSecret ? label : text}
      onClick={copy}
      data-testid={testid}
    >
      <span aria-live="polite">{shown}</span>
    </button>
  );
}
