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
  say("Starting a wall…");
  rest("starting");
  signal = new Signal({
    open: () => signal?.send({ type: "open-room" }),
    message: opened,
    down: (fatal) => {
      if (fatal) giveUp("This page is out of date. Reload it, then start a wall.");
      else say("The server does not answer. This page keeps trying.", "alert");
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
  say(read.problem, "alert");
  code.setAttribute("aria-invalid", "true");
  code.focus();
});

code.addEventListener("input", () => {
  code.removeAttribute("aria-invalid");
  if (!signal) say("");
});

// A page that is shown again after "back" must not sit in the state it was left in.
window.addEventListener("pageshow", () => {
  rest("ready");
  say("");
  offerOwnWalls();
});

function opened(answer: ServerMessage): void {
  if (answer.type === "error") giveUp(answer.message);
  if (answer.type !== "room-opened") return;
  try {
    keepWall({ code: answer.code, hostKey: answer.hostKey });
  } catch {
    giveUp("This browser forbids the page to keep the wall's key. Allow site data for it, then try again.");
    return;
  }
  signal?.close();
  location.href = `/host/${answer.code}`;
}

function giveUp(why: string): void {
  rest("ready");
  say(why, "alert");
}

/** Enters a state the page rests in: ready for a press, or busy starting. */
function rest(state: "ready" | "starting"): void {
  if (state === "ready") {
    signal?.close();
    signal = undefined;
  }
  start.disabled = state === "starting";
  root.dataset.state = state;
}

function say(words: string, kind?: "alert"): void {
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
  own.replaceChildren(...links);
  own.hidden = links.length === 0;
}

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}
