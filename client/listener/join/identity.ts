import { memory } from "./memory.ts";

/** Where sessionStorage has the id of the screen. */
const SCREEN_KEY = "lightwall:screen";

/** What this page was in its wall before, and what it needs to be that again. */
export class Identity {
  /** Tells this page, when it comes back by another way, from another page that has the same screen. */
  readonly page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  readonly #code: string;
  #password: string | undefined;
  #screen: string | undefined;
  /** This browser was in the wall, which may open again if the server does not know it now. */
  wasInWall: boolean;

  /** @param screen the id of the screen that the page's address names, if it names one */
  constructor(code: string, screen: string | undefined) {
    this.#code = code;
    this.#password = memory.recall(`password:${code}`);
    this.#screen = screen ?? recallScreen();
    this.wasInWall = memory.recall("wall") === code;
  }

  /** The password that this browser used last; undefined if the wall had none. */
  get password(): string | undefined {
    return this.#password;
  }

  set password(password: string) {
    this.#password = password;
    memory.keep(`password:${this.#code}`, password);
  }

  /** The id of this page's screen; undefined before the wall has given one. */
  get screen(): string | undefined {
    return this.#screen;
  }

  set screen(id: string) {
    this.#screen = id;
    keepScreen(id);
  }

  /** The page is in the wall. */
  keepWall(): void {
    this.wasInWall = true;
    memory.keep("wall", this.#code);
  }
}

/** The id of the screen that this page was before: that of this tab, or else of this browser. */
function recallScreen(): string | undefined {
  try {
    return sessionStorage.getItem(SCREEN_KEY) ?? memory.recall("screen");
  } catch {
    return undefined;
  }
}

/**
 * Keeps the id of this page's screen. The browser keeps the id of its first screen. Further pages at the same
 * time are other screens, whose ids are kept as long as their tabs.
 */
function keepScreen(id: string): void {
  memory.recall("screen") ?? memory.keep("screen", id);
  try {
    sessionStorage.setItem(SCREEN_KEY, id);
  } catch {
    // Storage is forbidden: on the next visit this page is a new screen.
  }
}
