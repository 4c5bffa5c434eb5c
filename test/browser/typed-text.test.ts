import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { newDevice, openScreen, playSong, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

const FAMILY = "👩‍👩‍👧";
const ARABIC = "أغنية Live 3";

test("what people type is cut between characters, and shown in its own direction", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const screen = await newDevice(browser);
  const named = `Bar ${FAMILY.repeat(9)}`;
  await screen.goto(`${server.url}/w/${code}?name=${encodeURIComponent(named)}`);
  const tile = host.locator(".screen").first();
  const name = tile.locator(".name");
  const nameText = async () => (await name.innerText()).trim();
  // Forty units hold four families of eight; a fifth would be cut within.
  await expect.poll(nameText).toBe(`Bar ${FAMILY.repeat(4)}`);

  await tile.click();
  const field = host.getByTestId("name");
  const left = host.getByTestId("selected").getByTestId("room-left").last();
  await field.fill(`${"a".repeat(36)}${FAMILY}`);
  await expect.poll(() => left.innerText()).toBe("4 characters too many: the end is cut off");
  await field.press("Enter");
  await expect.poll(nameText).toBe("a".repeat(36));
  await field.fill(ARABIC);
  expect(await left.innerText()).toBe("");
  await field.press("Enter");
  await expect.poll(nameText).toBe(ARABIC);
  expect(await name.evaluate((node) => getComputedStyle(node).direction)).toBe("rtl");
  await host.keyboard.press("Escape");

  const buffer = readFileSync(tone(440, 2));
  await playSong(host, { name: `${ARABIC}.wav`, mimeType: "audio/wav", buffer });
  const title = host.getByTestId("title");
  await expect.poll(() => title.innerText()).toBe(ARABIC);
  expect(await title.evaluate((node) => getComputedStyle(node).direction)).toBe("rtl");
});

test("the text on the wall is cut between characters", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const screen = await openScreen(browser, server.url, code);
  await host.locator(".screen").first().waitFor();
  await host.getByTestId("bar-text").click();
  await host.locator("#text").fill(`${"न्दी".repeat(29)}${FAMILY}`);
  await host.locator("#text").press("Enter");
  await expect.poll(() => screen.locator("#message").innerText()).toBe("न्दी".repeat(29));
  expect(await host.locator("#text").inputValue()).toBe("न्दी".repeat(29));
});
