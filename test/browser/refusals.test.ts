import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import {
  becomes,
  becomesConnected,
  becomesLit,
  newDevice,
  openPanel,
  openScreen,
  read,
  startLiveWall,
  startWall,
  type Wall,
  words,
} from "../support/pages.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
/** A live wall with a lit screen. No test may disturb them. */
let wall: Wall;
let screen: Page;

sharePages(browser, async () => {
  wall = await startLiveWall(browser, server.url);
  screen = await openScreen(browser, server.url, wall.code);
  await becomesLit(screen);
  await becomesConnected(screen);
  await countChanges();
});

afterEach(async () => {
  await becomesLit(screen);
  // A machine that stands still may disturb one test; that must not count against the next ones.
  expect(await read(screen, "[changes, changes = 0][0]"), "changes of the screen's state").toBe(0);
  expect(await read(wall.host, "document.documentElement.dataset.song")).toBe("playing");
  const kept = [wall.host.context(), screen.context()];
  await Promise.all(browser.contexts().map((context) => !kept.includes(context) && context.close()));
});

/** Makes the screen count the changes of its own state and of its peer's state. */
async function countChanges(): Promise<void> {
  await read(
    screen,
    `globalThis.changes = 0;
    new MutationObserver((records) => {
      for (const { target, attributeName, oldValue } of records) {
        if (target.getAttribute(attributeName) !== oldValue) changes += 1;
      }
    }).observe(document.documentElement, {
      attributeFilter: ["data-state", "data-peer"],
      attributeOldValue: true,
    });`,
  );
}

test.each([
  { obstacle: "WebSockets do not come through", isAnswering: true },
  { obstacle: "The server does not answer", isAnswering: false },
])("a screen that does not connect says why: $obstacle", async ({ obstacle, isAnswering }) => {
  const page = await newDevice(browser);
  await page.routeWebSocket(/\/ws$/, (socket) => socket.close());
  if (!isAnswering) await page.route("**/healthz", (route) => route.abort());
  await page.goto(`${server.url}/w/${wall.code}`);
  await becomes(page, "connecting");
  await expect.poll(() => words(page), { timeout: 20_000 }).toContain(obstacle);
});

test("the console names a file that is not audio, and the broadcast continues", async () => {
  const file = {
    name: "notes.mp3",
    mimeType: "audio/mpeg",
    buffer: Buffer.from("Not a song.\n".repeat(400)),
  };
  await wall.host.getByTestId("file").setInputFiles(file);
  await expect.poll(() => wall.host.getByTestId("message").innerText()).toContain("cannot play “notes.mp3”");
  expect(await wall.host.getByTestId("title").innerText()).toBe("tones");
});

test("the console names an empty file, and the broadcast continues", async () => {
  const file = { name: "nothing.mp3", mimeType: "audio/mpeg", buffer: Buffer.alloc(0) };
  await wall.host.getByTestId("file").setInputFiles(file);
  await expect.poll(() => wall.host.getByTestId("message").innerText()).toContain("“nothing.mp3” is empty");
  expect(await wall.host.getByTestId("title").innerText()).toBe("tones");
});

test("the page of an unknown wall says so and takes another code", async () => {
  const lost = await newDevice(browser);
  await lost.goto(`${server.url}/w/${wall.code === "QQQQQ" ? "RRRRR" : "QQQQQ"}`);
  await becomes(lost, "unknown");
  await expect.poll(() => words(lost)).toContain("No wall with this code");
  await lost.locator("#another-code").fill("hello");
  await lost.getByRole("button", { name: "Join" }).click();
  await expect.poll(() => lost.locator("#another-hint").innerText()).toContain("never used");
  await lost.locator("#another-code").fill(` ${wall.code.toLowerCase()}`);
  await lost.getByRole("button", { name: "Join" }).click();
  await becomes(lost, "live");
  expect(new URL(lost.url()).pathname).toBe(`/w/${wall.code}`);
});

test("the page of a code that no wall can have says so and takes another code", async () => {
  const lost = await newDevice(browser);
  const response = await lost.goto(`${server.url}/w/ZZZZZ`);
  expect(response?.status()).toBe(404);
  expect(await lost.locator("body").innerText()).toContain("No wall has this code");
  await lost.getByLabel("Wall code").fill("hi");
  await lost.getByRole("button", { name: "Join" }).click();
  await lost.getByText("A code has 5 characters").waitFor();
  // The whole link does, too.
  await lost.getByLabel("Wall code").fill(`${server.url}/w/${wall.code.toLowerCase()}?palette=ocean`);
  await lost.getByLabel("Wall code").press("Enter");
  await becomes(lost, "live");
  expect(new URL(lost.url()).pathname).toBe(`/w/${wall.code}`);
});

test("the page of a closed wall takes another code, and no controls open over it", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const left = await newDevice(browser);
  await left.goto(`${server.url}/w/${code}`);
  await becomes(left, "waiting");
  await left.mouse.click(60, 130);
  await left.locator("#controls").waitFor();
  await host.getByTestId("close-wall").dispatchEvent("click");
  await host.getByTestId("close-wall-confirm").dispatchEvent("click");
  await becomes(left, "closed");
  await left.locator("#controls").waitFor({ state: "hidden" });
  await left.getByLabel("Wall code").fill(wall.code);
  await left.getByRole("button", { name: "Join" }).click();
  await becomes(left, "live");
});

test("a page that is out of date loads anew at a press, with its settings", async () => {
  const old = await newDevice(browser);
  let sockets = 0;
  await old.routeWebSocket(/\/ws$/, (socket) => {
    if (sockets++ > 0) return void socket.connectToServer();
    socket.onMessage(() => {
      socket.send(
        JSON.stringify({ type: "error", code: "version-unsupported", message: "", answers: "hello" }),
      );
      void socket.close({ code: 4426 });
    });
  });
  await old.goto(`${server.url}/w/${wall.code}?band=all&palette=ocean&name=Bar`);
  await becomes(old, "outdated");
  await old.getByRole("link", { name: "Reload" }).click();
  await becomes(old, "live");
  expect(new URL(old.url()).search).toBe("?band=all&palette=ocean&name=Bar");
});

test("a browser without the key cannot host the wall", async () => {
  const stranger = await newDevice(browser);
  await stranger.goto(`${server.url}/host/${wall.code}`);
  await becomes(stranger, "no-key");
  expect(await stranger.getByTestId("notice").innerText()).toContain("does not hold the key");
});

test("a browser with a wrong key is refused", async () => {
  const stranger = await newDevice(browser);
  await stranger.goto(server.url);
  await stranger.evaluate(
    (code) => localStorage.setItem("lightwall.walls", JSON.stringify([{ code, hostKey: "forged.key" }])),
    wall.code,
  );
  await stranger.goto(`${server.url}/host/${wall.code}`);
  await becomes(stranger, "refused");
  expect(await stranger.getByTestId("notice").innerText()).toContain("does not have the key");
});

test("a wrong password is refused and leaves an empty field; the right one lets a screen in", async () => {
  // Wide enough for the console to show its details beside the wall.
  const { host, code } = await startWall(
    await newDevice(browser, { width: 1_280, height: 1_000 }),
    server.url,
  );
  await openPanel(host, "room");
  await host.getByTestId("password").fill("open sesame");
  await host.getByTestId("set-password").click();
  const visitor = await newDevice(browser);
  await visitor.goto(`${server.url}/w/${code}`);
  await becomes(visitor, "password");
  const field = visitor.locator("#password-text");
  await field.click();
  await field.fill("guess");
  await field.press("Enter");
  await becomes(visitor, "wrong-password");
  expect(await field.inputValue()).toBe("");
  // The taps before have not opened controls, which would lie over the form.
  expect(await visitor.locator("#controls").isVisible()).toBe(false);
  await field.fill("open sesame");
  await visitor.getByRole("button", { name: "Join" }).click();
  await becomes(visitor, "waiting");
});

test("a listener that offers to send is refused", async () => {
  const listener = await newDevice(browser);
  await listener.goto(`${server.url}/w/${wall.code}`);
  const refusal = await listener.evaluate(async (code) => {
    const pc = new RTCPeerConnection();
    const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
    pc.addTransceiver(track!, { direction: "sendrecv" });
    await pc.setLocalDescription();
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
    const refused = new Promise<string>((resolve) => {
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "error" || message.type === "answer") resolve(message.code ?? "answered");
      };
    });
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    socket.send(JSON.stringify({ type: "hello", version: 2 }));
    socket.send(JSON.stringify({ type: "join", code }));
    socket.send(JSON.stringify({ type: "offer", sdp: pc.localDescription!.sdp }));
    return refused;
  }, wall.code);
  expect(refusal).toBe("offer-sends");
});
