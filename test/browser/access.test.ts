import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { findings, findingsAtSizes, LAPTOP, PHONE } from "../support/axe.ts";
import {
  becomes,
  newDevice,
  openPanel,
  openScreen,
  openScreens,
  startWall,
  takeWebGl,
} from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const TOKEN = "the-token-of-this-test";

const { server, browser } = await setStage({ keepPages: true, env: { ADMIN_TOKEN: TOKEN } });
/** Axe looks at the console fourteen times. */
const SLOW = { timeout: 120_000 };

let host: Page;
let code: string;

sharePages(browser, async () => {
  const page = await newDevice(browser, LAPTOP);
  // To rules of accessibility a look is a canvas, whoever draws it.
  await takeWebGl(page);
  ({ host, code } = await startWall(page, server.url));
});

/** Opens pages in German from now on. */
async function inGerman(page: Page): Promise<Page> {
  const cookie = { name: "lightwall-language", value: "de", url: server.url };
  await page.context().addCookies([cookie]);
  return page;
}

test("axe finds nothing on the start page", async () => {
  const start = await newDevice(browser, LAPTOP);
  await start.goto(server.url);
  expect(await findingsAtSizes(start)).toEqual([]);
  await host
    .context()
    .newPage()
    .then(async (own) => {
      await own.goto(server.url);
      await own.setViewportSize(LAPTOP);
      expect(await findingsAtSizes(own)).toEqual([]);
      await own.close();
    });
});

test("axe finds nothing on the console, empty, playing and with what opens over it", SLOW, async () => {
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("loop").click();
  await openScreens(browser, server.url, code, 3);
  await becomes(host, "live");
  expect(await findingsAtSizes(host)).toEqual([]);
  // What is shown stays, and axe has the processor for itself.
  await host.getByTestId("play").click();
  await openPanel(host, "songs");
  await host.getByTestId("sources").click();
  await host.getByTestId("ways").click();
  await host.getByTestId("mark").click();
  for (const panel of ["songs", "light", "room"] as const) {
    await openPanel(host, panel);
    expect(await findingsAtSizes(host), panel).toEqual([]);
  }
  await host.locator(".screen").first().click();
  await host.getByTestId("selected").waitFor();
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.getByTestId("close-screen").click();
  await host.getByTestId("bar-text").click();
  expect(await findingsAtSizes(host)).toEqual([]);
  await host.keyboard.press("Escape");
  await host.getByTestId("play").click();
});

test("axe finds nothing on a screen: lit, with its controls, refused and without a wall", async () => {
  const screen = await openScreen(browser, server.url, code, "all", LAPTOP);
  await becomes(screen, "live");
  expect(await findingsAtSizes(screen)).toEqual([]);
  await screen.keyboard.press("Enter");
  await screen.locator("#controls").waitFor();
  expect(await findingsAtSizes(screen)).toEqual([]);
  const lost = await newDevice(browser, LAPTOP);
  await lost.goto(`${server.url}/w/ZZZZZ`);
  expect(await findingsAtSizes(lost)).toEqual([]);
});

test("axe finds nothing on the admin page, before and after the token", async () => {
  const admin = await newDevice(browser, LAPTOP);
  await admin.goto(`${server.url}/admin`);
  await admin.locator("#token").waitFor();
  expect(await findingsAtSizes(admin)).toEqual([]);
  await admin.locator("#token").fill(TOKEN);
  await admin.locator("#token").press("Enter");
  await admin.locator("table").waitFor();
  expect(await findingsAtSizes(admin)).toEqual([]);
});

test("axe finds nothing on any page in German", async () => {
  const own = await inGerman(await newDevice(browser, LAPTOP));
  await startWall(own, server.url);
  expect(await own.evaluate("document.documentElement.lang")).toBe("de");
  for (const panel of ["songs", "light", "room", "scenes"] as const) {
    await openPanel(own, panel);
    expect(await findings(own), panel).toEqual([]);
  }
  for (const path of ["/", "/admin", "/w/ZZZZZ", `/w/${code}`]) {
    await own.goto(server.url + path);
    expect(await findings(own), path).toEqual([]);
  }
  await own.close();
});

test("axe finds nothing on a screen in any state", async () => {
  const screen = await newDevice(browser, PHONE);
  const wall = await startWall(await newDevice(browser, LAPTOP), server.url);
  await wall.host.close();
  await screen.goto(`${server.url}/w/${wall.code}`);
  await becomes(screen, "host-away");
  // What a state shows hangs on this attribute and its words alone. Those with forms, buttons or notes:
  for (const state of ["blocked", "locked", "outdated", "password", "too-old", "unknown", "waiting"]) {
    await screen.evaluate((now) => {
      document.documentElement.dataset.state = now;
    }, state);
    expect(await findings(screen), state).toEqual([]);
  }
  await screen.close();
});

/** A control as a screen reader is told of it. */
interface Control {
  role: string;
  name: string;
  /** Its `aria-valuetext`, which the tree itself does not have. */
  valueText: string | undefined;
}

const CONTROL_ROLES: ReadonlySet<unknown> = new Set([
  "button",
  "checkbox",
  "combobox",
  "link",
  "radio",
  "slider",
  "switch",
  "tab",
  "textbox",
]);

/** The controls of a page in Chromium's accessibility tree. */
async function controlsOf(page: Page): Promise<Control[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const controls: Control[] = [];
  for (const { role, name, ignored, backendDOMNodeId } of nodes) {
    if (ignored || !CONTROL_ROLES.has(role?.value)) continue;
    const { node } = await session.send("DOM.describeNode", { backendNodeId: backendDOMNodeId! });
    const { attributes = [] } = node;
    const at = attributes.indexOf("aria-valuetext");
    const valueText = at < 0 ? undefined : attributes[at + 1];
    controls.push({ role: String(role!.value), name: String(name?.value ?? ""), valueText });
  }
  await session.detach();
  return controls;
}

test("every control has a name, and every slider a value with its unit", async () => {
  // Also where this test is tried again on new pages.
  if ((await host.getByTestId("queued").count()) === 0) {
    await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
    await host.getByTestId("loop").click();
  }
  const screen = await openScreen(browser, server.url, code, "all", LAPTOP);
  await becomes(screen, "live");
  await screen.keyboard.press("Enter");
  await screen.locator("#more").click();
  const controls = await controlsOf(screen);
  for (const panel of ["songs", "scenes", "light", "room"] as const) {
    await openPanel(host, panel);
    controls.push(...(await controlsOf(host)));
  }
  expect(controls.filter(({ name }) => name.trim() === "")).toEqual([]);
  const sliders = controls.filter(({ role }) => role === "slider");
  expect(sliders.length).toBeGreaterThan(6);
  expect(
    sliders.filter(({ valueText = "" }) => !/\d ?(?:%|ms|s|hertz|dB)|\d:\d\d|as usual/.test(valueText)),
  ).toEqual([]);
});
