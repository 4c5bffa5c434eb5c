import { useSignal } from "@preact/signals";
import type { ComponentProps } from "preact";

interface TypedFieldProps {
  type: "text" | "number";
  value: string | number;
  /** Takes what was typed, when the person confirms it or leaves the field. */
  onCommit(field: HTMLInputElement): void;
  "aria-label"?: string;
  "data-testid"?: string;
  id?: string;
  placeholder?: string;
  dir?: "auto";
  maxLength?: number;
  min?: number;
  max?: number;
  step?: number | "any";
}

/**
 * A field to type in. Until the person is done it keeps what is typed, also if the page is drawn anew: a
 * screen that joins meanwhile would otherwise bring back the old value.
 */
export function TypedField({ value, onCommit, ...attributes }: TypedFieldProps) {
  const typed = useSignal<string | undefined>(undefined);
  return (
    <input
      {...(attributes as ComponentProps<"input">)}
      value={typed.value ?? value}
      onInput={(event) => {
        typed.value = event.currentTarget.value;
      }}
      onChange={(event) => {
        typed.value = undefined;
        onCommit(event.currentTarget);
      }}
      onBlur={() => {
        typed.value = undefined;
      }}
    />
  );
}
