import { useSignal } from "@preact/signals";
import { copyText } from "./link.ts";

const COPIED_MS = 2_000;

interface CopyProps {
  text: string;
  /** What is copied, for who does not see where the button stands. */
  what: string;
  word?: string;
  testid: string;
}

/** Copies a text, and says so. */
export function Copy({ text, what, word = "Copy", testid }: CopyProps) {
  const said = useSignal(word);
  const copy = async () => {
    said.value = (await copyText(text)) ? "Copied" : "Select it to copy";
    setTimeout(() => {
      said.value = word;
    }, COPIED_MS);
  };
  return (
    <button type="button" aria-label={`Copy ${what}`} title={text} onClick={copy} data-testid={testid}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}
