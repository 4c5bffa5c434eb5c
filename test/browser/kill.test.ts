import { expect, test } from "vitest";
import { restart } from "../support/restart.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true });

test("a server that is killed and started again has all its screens lit again, each in its place, and its host", async () => {
  const { listeners, before, after, present, obeyed, lightMs } = await restart(server, browser);
  console.log(`All ${listeners} listeners are lit again after ${lightMs} ms.`);
  expect(before).toHaveLength(listeners);
  expect(before.join()).toContain("Over the bar");
  expect(after).toEqual(before);
  expect(present).toBe(listeners);
  expect(obeyed).toBe(true);
}, 120_000);
