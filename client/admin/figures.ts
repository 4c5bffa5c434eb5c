import type { ServerStatus } from "#protocol/admin.ts";
import { serverWords } from "../words/en/admin.ts";
import { millisecondsText, numberText } from "../words/units.ts";

/** A figure of the server: its name, its value, and its limit or another note; "" without one. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const BYTES_PER_MB = 1_000_000;

/** Says how long something has lasted, in its two largest units: "3 d 4 h". */
export function spanWords(seconds: number): string {
  const minutes = Math.floor((seconds % HOUR_S) / 60);
  const hours = Math.floor((seconds % DAY_S) / HOUR_S);
  const days = Math.floor(seconds / DAY_S);
  const t = serverWords();
  if (days > 0) return t.days({ days, hours });
  return hours > 0 ? t.hours({ hours, minutes }) : t.minutes({ minutes });
}

/** What the page tells about the server, in its order. */
export function serverFigures(server: ServerStatus): Figure[] {
  const t = serverWords();
  const figure = (name: string, value: string, note: string): Figure => ({ name, value, note });
  const mostOf = (number: number) => t.most({ number: numberText(number) });
  const mostAWall = t.mostAWall({ number: numberText(server.listenersMax) });
  const fullAbove = t.fullAbove({ time: millisecondsText(server.loopDelayMaxMs) });
  const memory = t.megabytes({ number: numberText(server.memoryBytes / BYTES_PER_MB) });
  return [
    figure(t.walls, numberText(server.walls), mostOf(server.wallsMax)),
    figure(t.screens, numberText(server.listeners), mostAWall),
    figure(t.connecting, numberText(server.connecting), mostOf(server.connectingMax)),
    figure(t.lateBy, millisecondsText(server.loopDelayMs, 1), fullAbove),
    figure(t.memory, memory, ""),
    figure(t.upFor, spanWords(server.uptimeS), t.version({ version: server.version })),
  ];
}

/** Says why the server refuses new pages; "" while it admits them. */
export function refusalWords({ refusal }: ServerStatus): string {
  if (refusal === null) return "";
  return refusal === "server-full" ? serverWords().tooBusy : serverWords().stopping;
}
