import { readCode } from "#protocol/typed-code.ts";
import { element, setText } from "../shared/page.ts";
import { checked, toDo, verdicts } from "../words/en/check.ts";
import { wordsReady } from "../words/words.ts";
import { checkDevice } from "./device.ts";
import { type Name, type Result, verdictOf } from "./result.ts";
import { checkConnections, checkServer } from "./server.ts";

const MARKS: Readonly<Record<Result["level"], string>> = { ok: "✓", note: "–", bad: "✗" };
/** The wall whose screen has led here; undefined if none has. */
const wall = codeIn(new URLSearchParams(location.search).get("wall") ?? "");
/** The order of the lines: first what a screen cannot do without. */
const ORDER: readonly Name[] = [
  "server",
  "socket",
  "udp",
  "decoder",
  "awake",
  "fullScreen",
  "refresh",
  "motion",
  "clock",
  "secure",
];

const lines = element("lines");
const again = element<HTMLButtonElement>("again");
const copy = element<HTMLButtonElement>("copy");
const [checking, aMoment] = [element("verdict").textContent ?? "", element("next").textContent ?? ""];

again.addEventListener("click", () => void check());
copy.addEventListener("click", () => void copyReport());
void check();

async function check(): Promise<void> {
  again.disabled = copy.disabled = true;
  setText(element("verdict"), checking);
  setText(element("next"), aMoment);
  setText(element("copied"), "");
  delete document.documentElement.dataset.verdict;
  await wordsReady();
  if (wall !== undefined) leadTo(wall);
  const parts = await Promise.all([checkServer(), checkConnections(), checkDevice()]);
  const results = parts.reduce((all, part) => all.concat(part), []);
  results.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  show(results);
  again.disabled = copy.disabled = false;
}

function codeIn(text: string): string | undefined {
  const read = readCode(text);
  return "code" in read ? read.code : undefined;
}

/** Leads back to the wall instead of the start page. */
function leadTo(code: string): void {
  const back = element<HTMLAnchorElement>("back");
  back.href = `../w/${code}`;
  setText(back, verdicts().toWall);
}

function show(results: readonly Result[]): void {
  lines.textContent = "";
  for (const result of results) lines.append(lineOf(result));
  const verdict = verdictOf(results);
  const t = verdicts();
  setText(element("verdict"), verdict === "dark" ? t.dark : t.light);
  setText(element("next"), { light: t.lightNext, socket: t.socketNext, dark: t.darkNext }[verdict]);
  document.documentElement.dataset.verdict = verdict;
}

function lineOf({ name, level, what, advice }: Result): HTMLElement {
  const line = document.createElement("li");
  line.className = level;
  line.dataset.name = name;
  line.append(part("mark", MARKS[level]), part("name", checked()[name]), part("what quiet", what));
  if (advice !== undefined) line.append(part("advice small quiet", toDo()[advice]));
  return line;
}

function part(className: string, text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}

/** Copies what is shown, and what the browser says it is: for whoever runs the server. */
async function copyReport(): Promise<void> {
  const rows = Array.from(lines.children, ({ children }) =>
    Array.from(children, ({ textContent }) => textContent).join(" "),
  );
  const report = [element("verdict").textContent, ...rows, navigator.userAgent, location.href].join("\n");
  const t = verdicts();
  setText(element("copied"), (await copied(report)) ? t.copied : t.notCopied);
}

/** Whether a text is in the clipboard now. Without HTTPS only the old way works. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    copy.focus();
    return isDone;
  }
}
