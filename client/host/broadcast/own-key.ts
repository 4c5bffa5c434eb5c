import { signal } from "@preact/signals";
import type { WallKey } from "../../shared/own-wall.ts";
import { keepWall } from "../../shared/walls.ts";

/** The key by which this page hosts its wall, and the wall's password. */
export class OwnKey {
  /** The password that listeners need; "" for none. */
  readonly password = signal("");
  #key: WallKey;

  constructor({ code, hostKey, password }: WallKey) {
    // No more than these: the server refuses a join that tells how the host calls the wall.
    this.#key = { code, hostKey, ...(password && { password }) };
    this.password.value = password ?? "";
  }

  /** What a join needs. */
  get key(): WallKey {
    return this.#key;
  }

  /** Keeps the wall's password, in this browser too; "" for none. */
  keepPassword(password: string): void {
    const { code, hostKey } = this.#key;
    this.#key = { code, hostKey, ...(password && { password }) };
    this.password.value = password;
    keepWall(this.#key);
  }
}
