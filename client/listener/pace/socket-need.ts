/** After this long without a frame over UDP, frames are requested over the WebSocket. */
const SILENT_MS = 1_000;
/** After this long with frames over UDP, they are no longer requested. */
const BACK_MS = 1_000;
/** After a pause of this long between two updates the page was blocked, and frames may wait to be counted. */
const BLOCKED_MS = 600;

/** Decides whether frames must come over the WebSocket because none come over UDP. */
export class SocketNeed {
  #udpAt = Number.NEGATIVE_INFINITY;
  #backSince: number | undefined;
  #isNeeded = false;
  #updatedAt = 0;

  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** A frame has come over UDP. */
  arrived(now: number): void {
    if (now - this.#udpAt > SILENT_MS) this.#backSince = now;
    this.#udpAt = now;
  }

  /**
   * To be called now and then while music is to come.
   * @returns whether frames must come over the WebSocket, where that has changed
   */
  update(now: number): boolean | undefined {
    if (now - this.#updatedAt > BLOCKED_MS) this.#udpAt = Math.max(this.#udpAt, now);
    this.#updatedAt = now;
    const isSilent = now - this.#udpAt > SILENT_MS;
    const isBack = !isSilent && this.#backSince !== undefined && now - this.#backSince > BACK_MS;
    if (this.#isNeeded ? !isBack : !isSilent) return;
    this.#isNeeded = !this.#isNeeded;
    return this.#isNeeded;
  }

  /** The server knows nothing of what was asked for, or no music is to come: begins anew. */
  reset(now: number): void {
    this.#udpAt = now;
    this.#updatedAt = now;
    this.#backSince = now;
    this.#isNeeded = false;
  }
}
