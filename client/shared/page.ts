/** The element of the page with this id. */
export function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** Sets a text only if it changes: screen readers tell again what is set again. */
export function setText(node: Node, words: string): void {
  if (node.textContent !== words) node.textContent = words;
}

/** Two lines of a page, one of them empty: what goes on (`role="status"`), and what is wrong (`"alert"`). */
export class StatusLines {
  readonly #message: HTMLElement;
  readonly #problem: HTMLElement;

  constructor(message: HTMLElement, problem: HTMLElement) {
    this.#message = message;
    this.#problem = problem;
  }

  /** Says what goes on; "" for nothing any more. */
  say(words: string): void {
    setText(this.#problem, "");
    setText(this.#message, words);
  }

  /** Says what is wrong. */
  warn(words: string): void {
    setText(this.#message, "");
    setText(this.#problem, words);
  }
}
