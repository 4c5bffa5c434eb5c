import type { OwnWall } from "../shared/own-wall.ts";
import { element } from "../shared/page.ts";
import { addWalls, forgetWall, ownWalls } from "../shared/walls.ts";
import { wallList } from "../words/en/start.ts";
import { locales } from "../words/words.ts";
import { whenWords } from "./when.ts";

/** Walls that are shown at once; the others after a press. */
const FIRST = 4;

/**
 * The walls of this browser on the start page, the last used first: each with a link to its console, and a
 * button that removes its key. What is removed can be brought back until the page is left.
 */
export class WallList {
  readonly #section = element("own");
  readonly #list = element("walls");
  readonly #all = element<HTMLButtonElement>("all");
  /** Whether all walls are shown. */
  #isWhole = false;
  /** Number of walls that are removed and can be brought back. */
  #removed = 0;

  constructor() {
    this.#all.addEventListener("click", () => {
      this.#isWhole = !this.#isWhole;
      this.#showPart();
    });
  }

  /** Whether a removed wall can be brought back. To show the list anew makes that impossible. */
  get hasUndo(): boolean {
    return this.#removed > 0;
  }

  /** Shows the walls as they are kept now. */
  show(): void {
    this.#removed = 0;
    const items = ownWalls().map((wall) => {
      const item = document.createElement("li");
      this.#fill(item, wall);
      return item;
    });
    this.#list.textContent = "";
    this.#list.append(...items);
    this.#section.hidden = items.length === 0;
    this.#all.hidden = items.length <= FIRST;
    this.#showPart();
  }

  #showPart(): void {
    const items = [...this.#list.children] as HTMLElement[];
    items.forEach((item, n) => {
      item.hidden = !this.#isWhole && n >= FIRST;
    });
    this.#all.textContent = this.#isWhole ? wallList().onlyLast : wallList().all(items.length);
    this.#all.setAttribute("aria-expanded", String(this.#isWhole));
  }

  #fill(item: HTMLElement, wall: OwnWall): void {
    const link = document.createElement("a");
    link.href = `host/${wall.code}`;
    link.append(picture(wall), this.#words(wall));
    const remove = button("×", wallList().remove({ wall: wall.name ?? wall.code }));
    remove.className = "remove";
    remove.addEventListener("click", () => this.#remove(item, wall));
    item.className = "wall";
    item.dataset.code = wall.code;
    item.textContent = "";
    item.append(link, remove);
  }

  /** Name or code, and below it the code of a wall with a name, and when it was used. */
  #words({ code, name, usedAt }: OwnWall): HTMLElement {
    const title = span(name ?? code, name === undefined ? "title code" : "title");
    title.dir = "auto";
    const facts = span("", "small quiet");
    if (name !== undefined) facts.append(span(code, "code"));
    if (usedAt !== undefined) {
      const time = document.createElement("time");
      time.dateTime = new Date(usedAt).toISOString();
      time.title = new Date(usedAt).toLocaleString(locales());
      time.textContent = whenWords(usedAt, Date.now(), locales());
      facts.append(time);
    }
    const words = span("", "words");
    words.append(title, facts);
    return words;
  }

  #remove(item: HTMLElement, wall: OwnWall): void {
    forgetWall(wall.code);
    this.#removed += 1;
    const name = wall.name ?? wall.code;
    const words = span("", "quiet");
    words.textContent = wallList().removed({ wall: name });
    const undo = button(wallList().undo, wallList().undoRemoval({ wall: name }));
    undo.addEventListener("click", () => this.#bringBack(item, wall));
    item.className = "wall removed";
    item.textContent = "";
    item.append(words, undo);
    undo.focus();
  }

  #bringBack(item: HTMLElement, wall: OwnWall): void {
    addWalls([wall]);
    this.#removed -= 1;
    this.#fill(item, wall);
    item.querySelector("a")?.focus();
  }
}

/** The wall as it last looked, or the mark of Lightwall where that is not known. */
function picture({ picture }: OwnWall): HTMLElement {
  const frame = span("", "picture");
  if (picture === undefined) return frame;
  const image = document.createElement("img");
  image.alt = "";
  image.addEventListener("error", () => image.remove());
  image.src = picture;
  frame.append(image);
  return frame;
}

function span(text: string, className: string): HTMLElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text: string, label: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  return made;
}
