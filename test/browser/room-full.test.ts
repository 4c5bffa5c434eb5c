import { expect, test } from "vitest";
import { becomes, becomesLit, openScreen, startLiveWall, words } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ env: { LISTENERS_MAX: "1" } });

test("a screen of a full wall says so, and lights up as soon as another leaves", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const first = await openScreen(browser, server.url, code);
  await becomesLit(first);
  const second = await openScreen(browser, server.url, code);
  await becomes(second, "full");
  await expect.poll(() => words(second)).toContain("joins as soon as another leaves");
  await first.context().close();
  await becomesLit(second, 20_000);
});
