import type { ServerMessage } from "#protocol/messages.ts";
import { readCode } from "#protocol/typed-code.ts";
import { element, StatusLines } from "../shared/page.ts";
import { Signal } from "../shared/signal.ts";
import { keepWall, WALLS_KEY } from "../shared/walls.ts";
import { starting } from "../words/en/start.ts";
import { errorText } from "../words/errors.ts";
import { codeProblemText } from "../words/typed-code.ts";
import { language, wordsReady } from "../words/words.ts";
import { KeyTransfer } from "./key-transfer.ts";
import { WallList } from "./wall-list.ts";

const root = document.documentElement;
const start = element<HTMLButtonElement>("start");
const code = element<HTMLInputElement>("code");
const codeProblem = element("code-problem");
const lines = new StatusLines(element("message"), element("problem"));
const list = new WallList();
const keys = new KeyTransfer(() => list.show());

let signal: Signal | undefined;

start.addEventListener("click", () => {
  if (signal) return;
  lines.say(starting().starting);
  enter("starting");
  signal = new Signal({
    open: () => signal?.send({ type: "open-room" }),
    message: handle,
    down: (fatal) => {
      if (fatal) giveUp(starting().outdated);
      else lines.warn(starting().offline);
    },
  });
});

element("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const read = readCode(code.value);
  if ("code" in read) {
    location.href = `w/${read.code}`;
    return;
  }
  codeProblem.textContent = codeProblemText(read.problem);
  code.setAttribute("aria-invalid", "true");
  code.focus();
});

code.addEventListener("input", forgetCodeProblem);

// After "back", the browser shows the page in the state in which it was left.
window.addEventListener("pageshow", () => {
  enter("ready");
  lines.say("");
  forgetCodeProblem();
  void wordsReady().then(showWalls);
});

// Another page of this browser has used, named or added a wall.
window.addEventListener("storage", ({ key }) => {
  if (key !== WALLS_KEY || list.hasUndo) return;
  showWalls();
});

document.querySelector(`.languages [lang="${language}"]`)?.setAttribute("aria-current", "true");

function showWalls(): void {
  list.show();
  keys.show();
}

function handle(received: ServerMessage): void {
  if (received.type === "error") giveUp(errorText(received));
  if (received.type !== "room-opened") return;
  try {
    keepWall({ code: received.code, hostKey: received.hostKey });
  } catch {
    giveUp(starting().noStorage);
    return;
  }
  signal?.close();
  location.href = `host/${received.code}`;
}

function giveUp(why: string): void {
  enter("ready");
  lines.warn(why);
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

function forgetCodeProblem(): void {
  codeProblem.textContent = "";
  code.removeAttribute("aria-invalid");
}
