import type { ServerMessage } from "#protocol/messages.ts";
import { Signal } from "../shared/signal.ts";
import { keepWall, ownWalls } from "../shared/walls.ts";
import { readCode } from "./code.ts";

const root = document.documentElement;
const start = element<HTMLButtonElement>("start");
const code = element<HTMLInputElement>("code");
const message = element("message");

let signal: Signal | undefined;

start.addEventListener("click", () => {
  if (signal) return;
  show("Starting a wall…");
  enter("starting");
  signal = new Signal({
    open: () => signal?.send({ type: "open-room" }),
    message: handle,
    down: (fatal) => {
      if (fatal) giveUp("This page is out of date. Reload it, then start a wall.");
      else show("The server does not answer. This page keeps trying.", "alert");
    },
  });
});

element("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const read = readCode(code.value);
  if ("code" in read) {
    location.href = `/w/${read.code}`;
    return;
  }
  show(read.problem, "alert");
  code.setAttribute("aria-invalid", "true");
  code.focus();
});

code.addEventListener("input", () => {
  code.removeAttribute("aria-invalid");
  if (!signal) show("");
});

// After "back", the browser shows the page in the state in which it was left.
window.addEventListener("pageshow", () => {
  enter("ready");
  show("");
  offerOwnWalls();
});

function handle(received: ServerMessage): void {
  if (received.type === "error") giveUp(received.message);
  if (received.type !== "room-opened") return;
  try {
    keepWall({ code: received.code, hostKey: received.hostKey });
  } catch {
    giveUp("This browser does not let the page keep the wall's key. Allow site data, then try again.");
    return;
  }
  signal?.close();
  location.href = `/host/${received.code}`;
}

function giveUp(why: string): void {
  enter("ready");
  show(why, "alert");
}

/** Enters a state of the page: ready for a press, or starting a wall. */
function enter(state: "ready" | "starting"): void {
  if (state === "ready") {
    signal?.close();
    signal = undefined;
  }
  start.disabled = state === "starting";
  root.dataset.state = state;
}

function show(words: string, kind?: "alert"): void {
  message.textContent = words;
  message.toggleAttribute("data-alert", kind === "alert");
}

function offerOwnWalls(): void {
  const own = element("own");
  const links = ownWalls()
    .slice(0, 3)
    .map(({ code }) => {
      const link = document.createElement("a");
      link.href = `/host/${code}`;
      link.textContent = `Back to your wall ${code}`;
      return link;
    });
  own.textContent = "";
  own.append(...links);
  own.hidden = links.length === 0;
}

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}
