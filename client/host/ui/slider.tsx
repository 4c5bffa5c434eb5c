interface SliderProps {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** The value in words. */
  text: string;
  onChange(value: number): void;
  testid: string;
}

/** A slider with its label and, in words, where it stands. */
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
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
        data-testid={testid}
      />
      <output class="small">{text}</output>
    </label>
  );
}
