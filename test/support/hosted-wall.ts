import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FIRST_SHOW, NO_HAND } from "../../server/protocol/wall.ts";
import { readSavedWall } from "../../server/protocol/wall-schema.ts";
import { SignalClient } from "./signal-client.ts";

/** A wall whose host shows a number on its screens, by which tests tell its states apart. */
export class HostedWall {
  readonly code: string;
  readonly hostKey: string;
  readonly page: SignalClient;

  private constructor(page: SignalClient, { code, hostKey }: { code: string; hostKey: string }) {
    this.page = page;
    this.code = code;
    this.hostKey = hostKey;
  }

  /** Opens a wall. */
  static async open(port: number): Promise<HostedWall> {
    const page = await SignalClient.connect(port);
    return new HostedWall(page, await page.host());
  }

  /** Joins a wall as its host again. @returns the wall and the number that it shows */
  static async reopen(port: number, wall: HostedWall): Promise<{ wall: HostedWall; number: number }> {
    const page = await SignalClient.connect(port);
    page.send({ type: "join", code: wall.code, hostKey: wall.hostKey });
    const { show } = await page.next("joined");
    return { wall: new HostedWall(page, wall), number: Number(show.hand.text) };
  }

  /** Changes the number. */
  write(number: number): void {
    const hand = { ...NO_HAND, text: String(number) };
    this.page.send({ type: "set-show", show: { ...FIRST_SHOW, hand } });
  }

  /** Whether the wall has a file. */
  isKeptIn(dataDir: string): boolean {
    return existsSync(this.#path(dataDir));
  }

  /** The number in the wall's file, 0 if none. @throws Error if the file is missing or not a valid wall */
  keptIn(dataDir: string): number {
    return Number(readSavedWall(JSON.parse(readFileSync(this.#path(dataDir), "utf8"))).show.hand.text);
  }

  #path(dataDir: string): string {
    return join(dataDir, "walls", `${this.code}.json`);
  }
}
