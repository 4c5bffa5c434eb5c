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

/** Longer than the longest wait between two attempts of a page to come back, ms. */
const COMING_BACK = 20_000;
const LOOK = `band=all&palette=${PALETTE}`;

/** A device that nobody touches, opened at an address of a wall. */
async function openKiosk(code: string, query = "") {
  const screen = await newDevice(browser);
  await screen.goto(`${server.url}/w/${code}?kiosk&${LOOK}${query}`);
  return screen;
}

test("a kiosk that was there before its wall lights up when that comes, and says so when it is closed", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  // Gone for the server, not for its host, who comes back with the key.
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
  await becomesLit(screen, COMING_BACK);
  expect(await host.locator(".screen").innerText()).toContain("Over the bar");
  await host.getByTestId("close-wall").dispatchEvent("click");
  await host.getByTestId("close-wall-confirm").dispatchEvent("click");
  await becomes(screen, "closed");
  expect(await words(screen)).toContain("This wall is closed");
});

test("a kiosk comes back by itself when its server was killed, and when its own power was cut", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openKiosk(code);
  await becomesLit(screen);
  await server.stop("SIGKILL");
  await becomes(screen, "reconnecting");
  // Switched on before the server: the browser itself tries again.
  const early = await newDevice(browser);
  await early.goto(`${server.url}/w/${code}?kiosk&${LOOK}`).catch(() => {});
  await server.start();
  await becomesLit(screen, COMING_BACK);
  await becomes(early, "live", COMING_BACK);
  await becomesLit(early);
  await becomes(host, "live", COMING_BACK);

  // Another browser, which remembers nothing: the address from the console says which screen it is.
  const [id] = await host
    .locator(".screen")
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-id")));
  await Promise.all([screen, early].map((page) => page.context().close()));
  const again = await openKiosk(code, `&screen=${id}`);
  await becomesLit(again);
  expect(
    await host
      .locator('.screen[data-present="true"]')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-id"))),
  ).toEqual([id]);
});

test("a kiosk leaves nothing to change to a passer-by", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await openKiosk(code);
  await becomesLit(screen);
  await screen.mouse.click(200, 200);
  await screen.keyboard.press("a");
  await screen.mouse.move(300, 300);
  expect(await screen.locator("#controls").isVisible()).toBe(false);
  expect(await read(screen, "document.fullscreenElement === null")).toBe(true);
});

test("a kiosk whose page is out of date gets the new one by itself", async () => {
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
  await screen.goto(`${server.url}/w/${code}?kiosk&${LOOK}`);
  await becomes(screen, "outdated");
  await becomes(screen, "live", COMING_BACK);
  await becomesLit(screen);
});
