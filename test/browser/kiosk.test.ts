import { expect, test } from "vitest";
import {
  becomes,
  becomesLit,
  goLive,
  newDevice,
  PALETTE,
  playTones,
  read,
  startLiveWall,
  startWall,
  words,
} from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true });

/** Longer than the longest wait of a page between two attempts to connect. */
const RECONNECT_TIMEOUT_MS = 20_000;
/** Longer than Chromium waits before its third reload of an error page. */
const RELOAD_TIMEOUT_MS = 45_000;
const SETTINGS = `band=all&palette=${PALETTE}`;

/** Opens a screen that nobody touches. */
async function openKiosk(code: string, query = "") {
  const screen = await newDevice(browser);
  await screen.goto(`${server.url}/w/${code}?kiosk&${SETTINGS}${query}`);
  return screen;
}

test("a kiosk waits for its wall to open, lights up, and says when the wall is closed", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  // The restarted server does not have the wall open. The host has the key and can open it again.
  await host.goto("about:blank");
  await server.stop("SIGKILL");
  await server.start();
  const screen = await openKiosk(code, "&name=Over%20the%20bar");
  await becomes(screen, "not-open");
  expect(await read(screen, "getComputedStyle(document.body).cursor")).toBe("none");
  await host.goto(`${server.url}/host/${code}`);
  await becomes(host, "ready");
  await playTones(host);
  await goLive(host);
  await becomesLit(screen, RECONNECT_TIMEOUT_MS);
  expect(await host.locator(".screen").innerText()).toContain("Over the bar");
  await host.getByTestId("close-wall").dispatchEvent("click");
  await host.getByTestId("close-wall-confirm").dispatchEvent("click");
  await becomes(screen, "closed");
  await expect.poll(() => words(screen)).toContain("This wall is closed");
});

test("a kiosk reconnects after its server was killed, and after its own power was cut", {
  timeout: 120_000,
}, async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openKiosk(code);
  await becomesLit(screen);
  await server.stop("SIGKILL");
  await becomes(screen, "reconnecting");
  // This kiosk is switched on before the server: the browser itself loads the page again.
  const early = await newDevice(browser);
  await early.goto(`${server.url}/w/${code}?kiosk&${SETTINGS}`).catch(() => {});
  await server.start();
  await becomesLit(screen, RECONNECT_TIMEOUT_MS);
  await becomes(early, "live", RELOAD_TIMEOUT_MS);
  await becomesLit(early);
  await becomes(host, "live", RECONNECT_TIMEOUT_MS);

  // A new profile has no memory of its screen. The address that the console shows holds the screen's id.
  const [id] = await host
    .locator(".screen")
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-id")));
  await Promise.all([screen, early].map((page) => page.context().close()));
  const again = await openKiosk(code, `&screen=${id}`);
  await becomesLit(again);
  const present = host.locator('.screen[data-present="true"]');
  await expect
    .poll(() => present.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-id"))))
    .toEqual([id]);
});

test("words of a kiosk that is left alone dim and wander, go out after an hour, and come back", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const screen = await newDevice(browser);
  await screen.clock.install();
  await screen.goto(`${server.url}/w/${code}?kiosk&${SETTINGS}`);
  await becomes(screen, "waiting");
  const resting = () => read<string | undefined>(screen, "document.documentElement.dataset.resting");
  expect(await resting()).toBeUndefined();
  // A page whose clock jumps may take its connection for lost, which is news. Then it rests later.
  const after = async (ms: number) => {
    await screen.clock.fastForward(ms);
    return resting();
  };
  await expect.poll(() => after(20_000)).toBe("dim");
  await expect.poll(() => after(3_600_000), { interval: 500 }).toBe("off");
  expect(await screen.locator("#words").isVisible()).toBe(false);
  await host.getByTestId("demo").click();
  await goLive(host);
  await expect.poll(resting).toBeUndefined();
});

test("nothing lies over light that plays, however long nobody touches the screen", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await openKiosk(code);
  await becomesLit(screen);
  await becomes(screen, "live");
  const opacity = `(() => {
    document.documentElement.dataset.resting = "dim";
    const header = document.querySelector("header");
    header.style.transition = "none";
    return getComputedStyle(header).opacity;
  })()`;
  expect(await read<string>(screen, opacity)).toBe("0");
});

test("a kiosk ignores clicks, keys and the mouse", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await openKiosk(code);
  await becomesLit(screen);
  await screen.mouse.click(200, 200);
  await screen.keyboard.press("a");
  await screen.mouse.move(300, 300);
  expect(await screen.locator("#controls").isVisible()).toBe(false);
  expect(await read(screen, "document.fullscreenElement === null")).toBe(true);
});

test("a kiosk with an outdated page loads the new page by itself", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  let refusals = 0;
  await screen.routeWebSocket(/\/ws$/, (socket) => {
    if (refusals++ > 0) return void socket.connectToServer();
    socket.onMessage(() => {
      socket.send(
        JSON.stringify({ type: "error", code: "version-unsupported", message: "", answers: "hello" }),
      );
      void socket.close({ code: 4426 });
    });
  });
  await screen.goto(`${server.url}/w/${code}?kiosk&${SETTINGS}`);
  await becomes(screen, "outdated");
  await becomes(screen, "live", RECONNECT_TIMEOUT_MS);
  await becomesLit(screen);
});
