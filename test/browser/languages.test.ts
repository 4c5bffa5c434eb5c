import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { MIRRORED } from "../../client/words/languages.ts";
import { becomes, newDevice, openPanel, openScreens } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const TOKEN = "the-token-of-this-test";
const { server, browser } = await setStage({ keepPages: true, env: { ADMIN_TOKEN: TOKEN } });
const LAPTOP = { width: 1_280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** What no language translates: names, codes and addresses, keys, times, and numbers with their units. */
const UNTRANSLATED = new RegExp(
  [
    /Lightwall|\b[A-Z0-9]{5}\b|tone\S*|https?:\S+|\d+(?:\.\d+){3}\S*|\/w\/\S*/,
    /Ctrl|Esc|\b[A-Z]\b|\b(?:k?Hz|dB|ms|s|MB)\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/** What people see or hear on a page that has no word of the language for tests. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(
    ([names, flags]) => {
      const isShown = (element: Element | null) =>
        element?.checkVisibility({ visibilityProperty: true }) ?? false;
      const texts: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { textContent, parentElement } = walker.currentNode;
        const isWords = !parentElement?.closest(
          "script, style, noscript, kbd, .languages, [data-untranslated]",
        );
        if (isWords && isShown(parentElement)) texts.push(textContent ?? "");
      }
      for (const element of document.querySelectorAll(
        "[aria-label], [title], [placeholder], [aria-valuetext]",
      )) {
        if (!isShown(element)) continue;
        for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) {
          texts.push(element.getAttribute(name) ?? "");
        }
      }
      const left = texts.map((text) =>
        text.replaceAll(/\u202e[^\u202c]*\u202c/g, "").replaceAll(new RegExp(names!, flags), ""),
      );
      return left.map((text) => text.trim()).filter((text) => /\p{L}/u.test(text));
    },
    [UNTRANSLATED.source, UNTRANSLATED.flags],
  );
}

/** The elements of a page that are wider than the page. */
const overflows = (page: Page) =>
  page.evaluate<boolean>("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth");

test("every word of every page is translated, and pages run from right to left", async () => {
  const host = await newDevice(browser, LAPTOP);
  const seen: Record<string, string[]> = {};
  const look = async (name: string, page: Page) => {
    expect(await page.evaluate("document.documentElement.dir"), name).toBe("rtl");
    seen[name] = await untranslated(page);
    expect(await overflows(page), `${name} is wider than its page`).toBe(false);
  };
  await host.goto(`${server.url}/?lang=${MIRRORED}`);
  await look("start", host);
  await host.getByTestId("start-wall").click();
  await becomes(host, "ready");
  await look("console, empty", host);
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("loop").click();
  const code = new URL(host.url()).pathname.split("/")[2]!;
  const [screen] = await openScreens(browser, server.url, code, 2);
  await becomes(host, "live");
  await openPanel(host, "songs");
  await host.getByTestId("sources").click();
  await host.getByTestId("ways").click();
  for (const panel of ["songs", "light", "room", "scenes"] as const) {
    await openPanel(host, panel);
    await look(`console, ${panel}`, host);
  }
  await host.locator(".screen").first().click();
  await host.getByTestId("selected").waitFor();
  await look("console, a screen's settings", host);
  const side = await host.locator(".side").boundingBox();
  expect(side!.x, "the side lies left").toBe(0);
  await host.setViewportSize(PHONE);
  await look("console on a phone", host);

  await screen!.goto(`${server.url}/w/${code}?lang=${MIRRORED}`);
  await becomes(screen!, "live");
  await screen!.keyboard.press("Enter");
  await screen!.locator("#more").click();
  await look("screen", screen!);

  await host.setViewportSize(LAPTOP);
  await host.goto(`${server.url}/admin`);
  await host.locator("#token").fill(TOKEN);
  await host.locator("#token").press("Enter");
  await host.locator("table").waitFor();
  await look("admin", host);
  await host.goto(`${server.url}/w/ZZZZZ`);
  await look("an error", host);
  const wrong = Object.entries(seen).flatMap(([name, texts]) => texts.map((text) => `${name}: ${text}`));
  expect(wrong).toEqual([]);
});

test("a browser that asks for German gets German, from the start page to the light", async () => {
  const context = await browser.newContext({ locale: "de-AT", viewport: LAPTOP });
  const host = await context.newPage();
  await host.goto(server.url);
  expect(await host.evaluate("document.documentElement.lang")).toBe("de");
  await host.getByRole("button", { name: "Wand starten" }).click();
  await becomes(host, "ready");
  await host.getByTestId("bar-text").waitFor();
  expect(await host.getByTestId("identify-all").textContent()).not.toContain("Identify");
  const code = new URL(host.url()).pathname.split("/")[2]!;
  await host.goto(`${server.url}/w/${code}`);
  await expect.poll(() => host.locator("#is").textContent()).toContain("Host");
  await context.close();
});
