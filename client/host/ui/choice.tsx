interface ChoiceGroupProps {
  label: string;
  value: string;
  options: Readonly<Record<string, string>>;
  onChoose(value: string): void;
  testid: string;
}

/** One of a few, by name. */
export function ChoiceGroup({ label, value, options, onChoose, testid }: ChoiceGroupProps) {
  return (
    <label class="field">
      <span class="small quiet">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)} data-testid={testid}>
        {Object.entries(options).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
