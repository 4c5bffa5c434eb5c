import type { RoomState, RoomStats } from "#protocol/messages.ts";

/** A wall, as `GET /admin/walls` reports it. */
interface Wall {
  code: string;
  state: RoomState;
  hasPassword: boolean;
  minutes: number;
  stats: Omit<RoomStats, "packetTimeMs">;
}

/** The interval between two requests for the list. */
const REFRESH_MS = 2_000;
/** Where sessionStorage has the token. */
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

/** The admin token, kept until this tab is closed, so that a reload does not ask for it. */
let token = sessionStorage.getItem(TOKEN_KEY) ?? "";
/** The code of the wall that a second press will close. */
let toClose = "";

enter.addEventListener("submit", (event) => {
  event.preventDefault();
  token = element<HTMLInputElement>("token").value;
  void refresh();
});

/**
 * Sends a request with the admin token.
 * @returns undefined if it failed; the page then shows why
 */
async function request(path: string, method: "GET" | "DELETE"): Promise<Response | undefined> {
  try {
    const response = await fetch(path, { method, headers: { Authorization: `Bearer ${token}` } });
    if (response.ok || response.status === 404) return response;
    const words =
      response.status === 429
        ? "Too many wrong tokens. Wait a minute, then try again."
        : "Wrong token. Try again.";
    askForToken(words);
  } catch {
    show("The server does not answer. This page keeps trying.");
  }
  return undefined;
}

async function refresh(): Promise<void> {
  if (token === "") {
    askForToken("This page needs the server's admin token.");
    return;
  }
  const response = await request("/admin/walls", "GET");
  if (!response) return;
  const { walls } = (await response.json()) as { walls: Wall[] };
  sessionStorage.setItem(TOKEN_KEY, token);
  enter.hidden = true;
  rooms.hidden = walls.length === 0;
  const screens = walls.reduce((sum, { stats }) => sum + stats.listeners, 0);
  show(
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
    closeButton(code),
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

/** The button that closes a wall with its second press. */
function closeButton(code: string): HTMLTableCellElement {
  const made = document.createElement("td");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = toClose === code ? "Close it for good" : "Close";
  button.addEventListener("click", async () => {
    if (toClose === code) await request(`/admin/walls/${code}`, "DELETE");
    toClose = toClose === code ? "" : code;
    await refresh();
  });
  made.append(button);
  return made;
}

/** Forgets the token, and shows the form for it with a text. */
function askForToken(words: string): void {
  token = "";
  sessionStorage.removeItem(TOKEN_KEY);
  enter.hidden = false;
  rooms.hidden = true;
  show(words);
}

function show(words: string): void {
  message.textContent = words;
}

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

void refresh();
setInterval(() => {
  if (token !== "" && !document.hidden) void refresh();
}, REFRESH_MS);
