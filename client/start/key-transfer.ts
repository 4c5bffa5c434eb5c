import { element, StatusLines } from "../shared/page.ts";
import { addWalls, ownWalls, WALLS_MAX } from "../shared/walls.ts";
import { keyWords } from "../words/en/start.ts";
import { addedWords, KEY_FILE_MAX_BYTES, keyFileName, readKeyFile, writeKeyFile } from "./key-file.ts";

/** The part of the start page that takes the keys of walls from one browser to another by a file. */
export class KeyTransfer {
  readonly #save = element<HTMLButtonElement>("save-keys");
  readonly #input = element<HTMLInputElement>("keys-file");
  readonly #lines = new StatusLines(element("keys-message"), element("keys-problem"));
  readonly #onAdded: () => void;

  /** @param onAdded called when walls of a file were added */
  constructor(onAdded: () => void) {
    this.#onAdded = onAdded;
    this.#save.addEventListener("click", () => this.#download());
    element("add-keys").addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      const file = this.#input.files?.[0];
      if (file) void this.#add(file);
    });
  }

  /** Shows what is possible with the walls that are kept now. */
  show(): void {
    this.#save.hidden = ownWalls().length === 0;
    this.#lines.say("");
  }

  #download(): void {
    const walls = ownWalls();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([writeKeyFile(walls)], { type: "application/json" }));
    link.download = keyFileName(Date.now());
    link.click();
    // A browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.#lines.say(keyWords().saved(walls.length));
  }

  async #add(file: File): Promise<void> {
    this.#lines.say("");
    if (file.size > KEY_FILE_MAX_BYTES) {
      this.#lines.warn(keyWords().tooLarge);
      return;
    }
    try {
      const read = readKeyFile(await file.text());
      if ("problem" in read) {
        this.#lines.warn(keyWords()[read.problem]);
        return;
      }
      const added = addWalls(read.walls);
      this.#onAdded();
      this.show();
      this.#lines.say(addedWords(added, WALLS_MAX));
    } catch {
      this.#lines.warn(keyWords().unreadable);
    } finally {
      // The same file can be chosen again.
      this.#input.value = "";
    }
  }
}
