import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "./find-program.ts";
import { freePort } from "./ports.ts";

/** Where Debian and Ubuntu keep the browser that the driver starts. */
const BROWSERS = ["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-4.1/MiniBrowser`);

/** How long the driver may take to listen, ms. */
const START_TIMEOUT_MS = 20_000;

/** Tells why there is no WebKit to test in. */
export const NO_WEBKIT = "WebKitGTK is not installed. On Debian: apt-get install webkit2gtk-driver xvfb";

/** The programs that {@link WebKit} needs; undefined if one of them is not installed. */
export function findWebKit(): WebKitPrograms | undefined {
  const [driver, display, browser] = [
    findProgram(["WebKitWebDriver"]),
    findProgram(["Xvfb"]),
    findProgram(BROWSERS),
  ];
  return driver && display && browser ? { driver, display, browser } : undefined;
}

export interface WebKitPrograms {
  readonly driver: string;
  /** A display without a screen: WebKitGTK has no headless mode. */
  readonly display: string;
  readonly browser: string;
}

/** The name under which a driver's messages carry an element (W3C WebDriver §12.2). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** WebKitGTK with one page, driven by W3C WebDriver. The nearest to Safari that runs on Linux. */
export class WebKit {
  readonly #processes: readonly ChildProcess[];
  readonly #session: string;

  private constructor(processes: readonly ChildProcess[], session: string) {
    this.#processes = processes;
    this.#session = session;
  }

  static async launch({ driver, display, browser }: WebKitPrograms): Promise<WebKit> {
    const xvfb = spawn(display, ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const [number] = await once(xvfb.stdio[3]!, "data");
    const port = await freePort();
    const server = spawn(driver, [`--port=${port}`], {
      env: {
        ...process.env,
        DISPLAY: `:${String(number).trim()}`,
        GDK_BACKEND: "x11",
        LIBGL_ALWAYS_SOFTWARE: "1",
        // Bubblewrap does not run as root or in a container.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      },
      stdio: "ignore",
    });
    const site = `http://127.0.0.1:${port}`;
    const options = { binary: browser, args: ["--automation"] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    await listens(site);
    const { sessionId } = await command<{ sessionId: string }>("POST", `${site}/session`, { capabilities });
    return new WebKit([server, xvfb], `${site}/session/${sessionId}`);
  }

  /** Opens an address. Resolves when the page is loaded. */
  async goto(url: string): Promise<void> {
    await command("POST", `${this.#session}/url`, { url });
  }

  /** Evaluates an expression in the page, and waits for it if it is a promise. */
  async evaluate<Value extends string | number | boolean | null>(expression: string): Promise<Value> {
    const [done, failed] = ["(value) => answer({ value })", "(error) => answer({ error: String(error) })"];
    const script = `const answer = arguments[0];
      (async () => (${expression}))().then(${done}, ${failed});`;
    const { value, error } = await command<{ value: Value; error?: string }>(
      "POST",
      `${this.#session}/execute/async`,
      { script, args: [] },
    );
    if (error) throw new Error(error);
    return value;
  }

  /** Presses an element, which counts as a user gesture. @throws Error if nothing can be pressed there */
  async click(selector: string): Promise<void> {
    const found = await command<Record<string, string>>("POST", `${this.#session}/element`, {
      using: "css selector",
      value: selector,
    });
    await command("POST", `${this.#session}/element/${found[ELEMENT]}/click`, {});
  }

  /** Presses a place of the page, which counts as a user gesture. */
  async tap(x: number, y: number): Promise<void> {
    const actions = [
      { type: "pointerMove", x, y },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await command("POST", `${this.#session}/actions`, {
      actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }],
    });
  }

  /** What the page shows, as PNG. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(await command<string>("GET", `${this.#session}/screenshot`), "base64");
  }

  /** Gives the window another size. */
  async resize(width: number, height: number): Promise<void> {
    await command("POST", `${this.#session}/window/rect`, { width, height });
  }

  async close(): Promise<void> {
    await command("DELETE", this.#session).catch(() => {});
    for (const program of this.#processes) {
      const isGone = program.exitCode === null ? once(program, "exit") : undefined;
      program.kill();
      await isGone;
    }
  }
}

async function listens(site: string): Promise<void> {
  for (const end = performance.now() + START_TIMEOUT_MS; performance.now() < end; await delay(30)) {
    if (await fetch(`${site}/status`).catch(() => undefined)) return;
  }
  throw new Error("WebKitWebDriver does not listen");
}

/** Sends a command to the driver. @throws Error if the driver refuses it */
async function command<Value>(method: "GET" | "POST" | "DELETE", url: string, body?: object): Promise<Value> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
