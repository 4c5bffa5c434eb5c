import type { ServerStatus } from "#protocol/admin.ts";

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
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** A share from 0 to 1 in percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What the page tells about the server, in its order. */
export function serverFigures(server: ServerStatus): Figure[] {
  return [
    { name: "Walls", value: count(server.walls), note: `of ${count(server.wallsMax)}` },
    { name: "Screens", value: count(server.listeners), note: `up to ${count(server.listenersMax)} a wall` },
    { name: "Connecting", value: count(server.connecting), note: `of ${count(server.connectingMax)}` },
    {
      name: "Main thread late by",
      value: `${server.loopDelayMs.toFixed(1)} ms`,
      note: `full above ${server.loopDelayMaxMs} ms`,
    },
    { name: "Memory", value: `${count(Math.round(server.memoryBytes / BYTES_PER_MB))} MB`, note: "" },
    { name: "Up for", value: spanWords(server.uptimeS), note: `version ${server.version}` },
  ];
}

/** Says why the server refuses new pages; "" while it admits them. */
export function refusalWords({ refusal }: ServerStatus): string {
  if (refusal === null) return "";
  const why = refusal === "server-full" ? "it has more to do than it can" : "it is stopping";
  return `The server refuses new walls and screens: ${why}.`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
