import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect } from "vitest";
import { faultIn } from "./open-api.ts";
import { forwardedFor } from "./web-servers.ts";

/** How a request differs from a usual one. */
export interface ControlOptions {
  /** The bearer token; by default the wall's host key. */
  token?: string;
  headers?: Record<string, string>;
  /** The address that a proxy would report. */
  from?: string;
}

/** What the server answers. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect in it
  body: any;
}

/** An event of a wall. */
export interface WallEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect in it
  data: any;
}

/** A program that controls a wall. It holds every request and answer against the description of the API. */
export class ControlClient {
  readonly #port: number;
  readonly #path: string;
  readonly #hostKey: string;

  constructor(port: number, { code, hostKey }: { code: string; hostKey: string }) {
    this.#port = port;
    this.#path = `/api/walls/${code}`;
    this.#hostKey = hostKey;
  }

  /** Sends a request. @param path below the wall; "" for the wall itself */
  async ask(method: string, path = "", body?: unknown, options: ControlOptions = {}): Promise<Answer> {
    const { status, headers, text } = await this.#fetch(method, path, body, options);
    const type = headers.get("content-type");
    const answered = text === "" ? undefined : JSON.parse(text);
    const asked = { method, path: this.#pathOf(path) };
    const json = "application/json";
    if (status < 300 && body !== undefined) expect(faultIn(asked, json, body)).toBe("");
    if (status !== 405 && status !== 404) expect(faultIn({ ...asked, status }, type, answered)).toBe("");
    return { status, headers, body: answered };
  }

  async #fetch(method: string, path: string, body: unknown, options: ControlOptions) {
    const { token = this.#hostKey, from, headers } = options;
    const response = await fetch(`http://127.0.0.1:${this.#port}${this.#pathOf(path)}`, {
      method,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(token !== "" && { Authorization: `Bearer ${token}` }),
        ...(from !== undefined && forwardedFor(from)),
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Follows the wall. */
  async follow(): Promise<EventReader> {
    const headers = { Authorization: `Bearer ${this.#hostKey}` };
    const sent = request({ port: this.#port, path: this.#pathOf("events"), headers });
    sent.on("error", () => {});
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return new EventReader(response);
  }

  #pathOf(path: string): string {
    return this.#path + (path && `/${path}`);
  }
}

/** The events of a wall, as they come. */
export class EventReader {
  readonly response: IncomingMessage;
  readonly #events: WallEvent[] = [];
  #rest = "";
  #wake: () => void = () => {};
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;

  constructor(response: IncomingMessage) {
    this.response = response;
    this.ended = new Promise((resolve) => response.once("close", resolve));
    response.on("error", () => {});
    response.setEncoding("utf8").on("data", (text: string) => this.#take(text));
  }

  /** The next event of a kind that fulfils a condition. Others before it are dropped. */
  async next(kind: string, holds: (event: WallEvent) => boolean = () => true): Promise<WallEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event?.event === kind && holds(event)) return event;
      if (!event) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.response.destroy();
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split("\n\n");
    this.#rest = parts.pop()!;
    for (const part of parts.filter((one) => !one.startsWith(":"))) {
      const fields = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s, 2)));
      this.#events.push({ ...(fields as Omit<WallEvent, "data">), data: JSON.parse(fields.data) });
    }
    this.#wake();
  }
}
