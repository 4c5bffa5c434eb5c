import { useSignal } from "@preact/signals";
import type { ComponentProps } from "preact";
import { cutText } from "#protocol/text.ts";
import { RoomLeft } from "./room-left.tsx";

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
  /** In UTF-16 units. What is typed beyond is cut off when it is confirmed. */
  textMax?: number;
  min?: number;
  max?: number;
  step?: number | "any";
}

/**
 * A field to type in. Until the person is done it keeps what is typed, also if the page is drawn anew: a
 * screen that joins meanwhile would otherwise bring back the old value. It has no `maxlength`, by which
 * browsers cut within characters.
 */
export function TypedField({ value, onCommit, textMax, ...attributes }: TypedFieldProps) {
  const typed = useSignal<string | undefined>(undefined);
  const input = (
    <input
      {...(attributes as ComponentProps<"input">)}
      value={typed.value ?? value}
      onInput={(event) => {
        typed.value = event.currentTarget.value;
      }}
      onChange={(event) => {
        typed.value = undefined;
        const field = event.currentTarget;
        if (textMax !== undefined) field.value = cutText(field.value, textMax);
        onCommit(field);
      }}
      onBlur={() => {
        typed.value = undefined;
      }}
    />
  );
  if (textMax === undefined) return input;
  return (
    <span class="typed">
      {input}
      <RoomLeft text={typed.value ?? ""} max={textMax} />
    </span>
  );
}
