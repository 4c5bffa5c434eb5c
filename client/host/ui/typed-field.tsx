import { type Signal, useSignal } from "@preact/signals";
import type { ComponentProps, RefObject } from "preact";
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

interface LiveFieldProps {
  /** What is typed; it follows each key. */
  text: Signal<string>;
  /** In UTF-16 units. What is typed beyond is cut off by whoever takes the text. */
  textMax: number;
  "aria-label": string;
  placeholder: string;
  "data-testid"?: string;
  field?: RefObject<HTMLInputElement | null>;
  id?: string;
}

/** A field to type a text in, for a form whose button takes it. It says how much more it takes. */
export function LiveField({ text, textMax, field, ...attributes }: LiveFieldProps) {
  return (
    <span class="typed">
      <input
        {...attributes}
        {...(field && { ref: field })}
        type="text"
        dir="auto"
        value={text}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <RoomLeft text={text.value} max={textMax} />
    </span>
  );
}
