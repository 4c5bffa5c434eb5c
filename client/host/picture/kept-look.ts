import { MODES, type Mode } from "#protocol/wall.ts";
import { keepStored, readStored } from "../ui/storage.ts";

/** Start of the key under which sessionStorage keeps the look of a wall, whose code follows. */
const KEY = "lightwall.look-before-picture.";

/** A look that a wall may have; null for none. */
interface Look {
  readonly mode: Mode | null;
}

/** The look that a wall had before it showed the picture, kept as long as the tab, also through reloads. */
export class KeptLook {
  readonly #key: string;
  readonly #storage: Storage | undefined;

  /** @param code the wall's */
  constructor(code: string, storage: Storage | undefined = tabStorage()) {
    this.#key = KEY + code;
    this.#storage = storage;
  }

  /** @returns undefined if there is none */
  read(): Look | undefined {
    const { mode } = (readStored(this.#key, this.#storage) ?? {}) as { mode?: unknown };
    const known = [null, ...MODES].find((one) => one === mode);
    return known === undefined ? undefined : { mode: known };
  }

  /** Keeps a look in place of the former one; with undefined, none. */
  keep(look: Look | undefined): void {
    keepStored(this.#key, look ?? null, this.#storage);
  }
}

/** Undefined if the browser forbids it, as it then forbids all storage. */
function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
