import type { ServerStatus } from "#protocol/admin.ts";
import { element, StatusLines, setText } from "../shared/page.ts";
import { serverWords, wallTable } from "../words/en/admin.ts";
import { wordsReady } from "../words/words.ts";
import type { Wall } from "./columns.ts";
import { Countdowns, UNDO_MS } from "./countdowns.ts";
import { refusalWords, serverFigures } from "./figures.ts";
import { WallTable } from "./wall-table.ts";

/** The interval between two requests for the list. */
const REFRESH_MS = 2_000;
/** The interval at which walls that are to be closed are looked at. */
const TICK_MS = 200;
/** Where sessionStorage has the token. */
const TOKEN_KEY = "lightwall.admin-token";

const enter = element("enter");
const field = element<HTMLInputElement>("token");
const report = element("report");
const figures = element("figures");
const lines = new StatusLines(element("message"), element("problem"));

/** The admin token, kept until this tab is closed, so that a reload does not ask for it. */
let token = sessionStorage.getItem(TOKEN_KEY) ?? "";
/** Whether the page says that the server does not answer. */
let isOffline = false;

const countdowns = new Countdowns(() => performance.now());
/** Codes of the walls that the server was asked to close. */
const closing = new Set<string>();
let ticker: ReturnType<typeof setInterval> | undefined;

await wordsReady();
const table = new WallTable({
  table: element<HTMLTableElement>("rooms"),
  secondsLeft: (code) => (closing.has(code) ? 0 : countdowns.secondsLeft(code)),
  onPress: (code) => {
    if (closing.has(code)) return;
    if (countdowns.cancel(code)) lines.say(wallTable().staysOpen({ code }));
    else startCountdown(code);
    table.refresh();
  },
});

enter.addEventListener("submit", (event) => {
  event.preventDefault();
  token = field.value.trim();
  void refresh();
});

// Whoever leaves the page cannot undo any more.
window.addEventListener("pagehide", () => {
  countdowns.cancelAll();
  table.refresh();
  lines.say("");
});

function startCountdown(code: string): void {
  countdowns.start(code);
  lines.say(wallTable().closesIn({ code, seconds: UNDO_MS / 1_000 }));
  ticker ??= setInterval(tick, TICK_MS);
}

function tick(): void {
  for (const code of countdowns.takeDue()) void closeWall(code);
  table.refresh();
  if (countdowns.size > 0) return;
  clearInterval(ticker);
  ticker = undefined;
}

async function closeWall(code: string): Promise<void> {
  closing.add(code);
  const response = await request(`walls/${code}`, "DELETE");
  // The list may still show it as open until the next answer; a wall that was gone already is closed too.
  if (response) {
    lines.say(wallTable().isClosed({ code }));
    await refresh();
  }
  closing.delete(code);
  table.refresh();
}

/**
 * Sends a request with the admin token.
 * @returns undefined if it failed; the page then shows why
 */
async function request(path: string, method: "GET" | "DELETE"): Promise<Response | undefined> {
  try {
    const response = await fetch(path, { method, headers: { Authorization: `Bearer ${token}` } });
    if (response.ok || (response.status === 404 && method === "DELETE")) {
      if (isOffline) lines.say("");
      isOffline = false;
      return response;
    }
    if (response.status === 401) askAgain(serverWords().wrongToken);
    else if (response.status === 429) askAgain(serverWords().tooManyTokens);
    else warnOfServer(serverWords().errorAnswer({ status: response.status }));
  } catch {
    warnOfServer(serverWords().noAnswer);
  }
  return undefined;
}

/** Says what is wrong with the server, until it answers again. */
function warnOfServer(problem: string): void {
  lines.warn(problem);
  isOffline = true;
}

async function refresh(): Promise<void> {
  if (token === "") {
    askForToken();
    return;
  }
  const response = await request("walls", "GET");
  if (!response) return;
  const { walls, server } = (await response.json()) as { walls: Wall[]; server: ServerStatus };
  sessionStorage.setItem(TOKEN_KEY, token);
  if (!enter.hidden) lines.say("");
  enter.hidden = true;
  report.hidden = false;
  showServer(server);
  const screens = walls.reduce((sum, { stats }) => sum + stats.listeners, 0);
  const t = wallTable();
  const open = t.open({ walls: t.openWalls(walls.length), screens: t.screens(screens) });
  setText(element("count"), walls.length === 0 ? t.noWall : open);
  table.show(walls);
}

/** Shows the figures of the server. Those that are shown already keep their elements. */
function showServer(server: ServerStatus): void {
  for (const [n, { name, value, note }] of serverFigures(server).entries()) {
    const figure = figures.children[n] ?? figures.appendChild(emptyFigure());
    for (const [part, text] of [name, value, note].entries()) setText(figure.children[part]!, text);
  }
  setText(element("refusal"), refusalWords(server));
}

function emptyFigure(): HTMLElement {
  const figure = document.createElement("div");
  figure.append(...["dt", "dd", "dd"].map((tag) => document.createElement(tag)));
  figure.lastElementChild!.className = "note";
  return figure;
}

/** Forgets the token and shows the form for it. Walls that wait to be closed stay open. */
function askForToken(): void {
  token = "";
  sessionStorage.removeItem(TOKEN_KEY);
  countdowns.cancelAll();
  enter.hidden = false;
  report.hidden = true;
  field.removeAttribute("aria-invalid");
}

function askAgain(problem: string): void {
  askForToken();
  lines.warn(problem);
  field.setAttribute("aria-invalid", "true");
  field.select();
}

void refresh();
setInterval(() => {
  if (token !== "" && !document.hidden) void refresh();
}, REFRESH_MS);
