import { expect, test } from "vitest";
import { restart } from "../support/restart.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true });

test("the host and all screens of a killed server come back, and the screens have their places", async () => {
  const { listeners, before, after, present, obeyed } = await restart(server, browser);
  expect(before).toHaveLength(listeners);
  expect(before.join()).toContain("Over the bar");
  expect(after).toEqual(before);
  expect(present).toBe(listeners);
  expect(obeyed).toBe(true);
}, 120_000);
