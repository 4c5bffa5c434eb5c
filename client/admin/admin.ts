import type { RoomState, RoomStats } from "#protocol/messages.ts";

/** What `GET /admin/walls` tells of each wall. */
interface Wall {
  code: string;
  state: RoomState;
  hasPassword: boolean;
  minutes: number;
  stats: Omit<RoomStats, "packetTimeMs">;
}

const REFRESH_MS = 2_000;
const TOKEN_KEY = "lightwall.admin-token";

const STATES: Record<RoomState, string> = {
  waiting: "Waiting",
  live: "Live",
  "host-away": "Host away",
  closed: "Closed",
};

const message = element("message");
const enter = element("enter");
const rooms = element("rooms");
const list = element("list");

/** Kept until this tab is closed, so that a reload need not ask again. */
let token = sessionStorage.getItem(TOKEN_KEY) ?? "";
/** The wall whose closing waits for a second press. */
let asked = "";

enter.addEventListener("submit", (event) => {
  event.preventDefault();
  token = element<HTMLInputElement>("token").value;
  void refresh();
});

/** Asks the server as an administrator; undefined when the answer is not to be had, which is then said. */
async function ask(path: string, method: "GET" | "DELETE"): Promise<Response | undefined> {
  try {
    const response = await fetch(path, { method, headers: { Authorization: `Bearer ${token}` } });
    if (response.ok || response.status === 404) return response;
    const words =
      response.status === 429 ? "Too many wrong tokens. Wait a minute." : "That is not the token.";
    forget(words);
  } catch {
    say("The server does not answer. This page keeps trying.");
  }
  return undefined;
}

async function refresh(): Promise<void> {
  if (token === "") {
    forget("This page needs the server's admin token.");
    return;
  }
  const response = await ask("/admin/walls", "GET");
  if (!response) return;
  const { walls } = (await response.json()) as { walls: Wall[] };
  sessionStorage.setItem(TOKEN_KEY, token);
  enter.hidden = true;
  rooms.hidden = walls.length === 0;
  const screens = walls.reduce((sum, { stats }) => sum + stats.listeners, 0);
  say(
    walls.length === 0
      ? "No wall is open."
      : `${walls.length} open, ${screens} ${screens === 1 ? "screen" : "screens"}.`,
  );
  list.replaceChildren(...walls.map(row));
}

function row({ code, state, hasPassword, minutes, stats }: Wall): HTMLTableRowElement {
  const made = document.createElement("tr");
  const trip = stats.roundTripMs === null ? "–" : `${Math.round(stats.roundTripMs)} ms`;
  made.append(
    cell("Wall", code, "code"),
    cell("State", hasPassword ? `${STATES[state]}, with password` : STATES[state]),
    cell("Screens", String(stats.listeners), "number"),
    cell("Receiving light", String(stats.connected), "number"),
    cell("Round trip", trip, "number"),
    cell("Worst loss", `${(stats.worstLoss * 100).toFixed(1)} %`, "number"),
    cell("Open for", `${minutes} min`, "number"),
    closing(code),
  );
  return made;
}

function cell(name: string, text: string, kind = ""): HTMLTableCellElement {
  const made = document.createElement("td");
  made.dataset.name = name;
  made.className = kind;
  made.textContent = text;
  return made;
}

function closing(code: string): HTMLTableCellElement {
  const made = document.createElement("td");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = asked === code ? "Close it for good" : "Close";
  button.addEventListener("click", async () => {
    if (asked === code) await ask(`/admin/walls/${code}`, "DELETE");
    asked = asked === code ? "" : code;
    await refresh();
  });
  made.append(button);
  return made;
}

function forget(words: string): void {
  token = "";
  sessionStorage.removeItem(TOKEN_KEY);
  enter.hidden = false;
  rooms.hidden = true;
  say(words);
}

function say(words: string): void {
  message.textContent = words;
}

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

void refresh();
setInterval(() => {
  if (token !== "" && !document.hidden) void refresh();
}, REFRESH_MS);
