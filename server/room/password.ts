import type { Logger } from "pino";
import { sameSecret } from "../data/host-keys.ts";
import { LightwallError } from "../protocol/errors.ts";

/** Most screens that are remembered because they have shown the password. */
const ADMITTED_MAX = 10_000;

/** The password that listeners of a room must show, if it has one. */
export class Password {
  /** "" for none. */
  #password = "";
  /** Screens that have shown this password, the latest last. */
  readonly #admitted = new Set<string>();
  readonly #log: Logger;
  readonly #changed: () => void;

  /** @param changed called when another password is set */
  constructor(log: Logger, changed: () => void = () => {}) {
    this.#log = log;
    this.#changed = changed;
  }

  /** The password; "" for none. Never logged, never sent to a page. */
  get value(): string {
    return this.#password;
  }

  get isSet(): boolean {
    return this.#password !== "";
  }

  /** Sets the password for joining; "" removes it. Listeners that have joined stay. */
  set(password: string): void {
    if (password === this.#password) return;
    this.#password = password;
    this.#admitted.clear();
    this.#log.info(password === "" ? "password removed" : "password set");
    this.#changed();
  }

  /** @throws LightwallError `password-needed` | `password-wrong` */
  check(shown: string): void {
    if (!this.isSet || sameSecret(shown, this.#password)) return;
    throw new LightwallError(shown === "" ? "password-needed" : "password-wrong");
  }

  /** Whether a screen has shown the current password before: its password is not a guess. */
  hasAdmitted(screen: string | undefined): boolean {
    return screen !== undefined && this.#admitted.has(screen);
  }

  /** Remembers a screen that has shown the password. */
  admit(screen: string): void {
    if (!this.isSet) return;
    this.#admitted.delete(screen);
    this.#admitted.add(screen);
    if (this.#admitted.size <= ADMITTED_MAX) return;
    const [oldest] = this.#admitted;
    if (oldest !== undefined) this.#admitted.delete(oldest);
  }
}
