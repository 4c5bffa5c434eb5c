import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createServerStatus } from "../../../../server/web/server-status.ts";
import { STATUS } from "../../../support/web-servers.ts";

const { version } = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"));

test("the server's status has its load beside its limits, as they are at that moment", () => {
  const rooms = { size: 2, listenerCount: 30 };
  const capacity: { refusal: "server-full" | undefined } = { refusal: undefined };
  let loopDelayMs = 1.5;
  const status = createServerStatus({
    rooms,
    capacity,
    connecting: () => 4,
    loopDelayMs: () => loopDelayMs,
    wallsMax: 100,
    listenersMax: 5_000,
    connectingMax: 4_000,
    loopDelayMaxMs: 500,
  });
  expect(status()).toEqual({
    ...STATUS,
    version,
    uptimeS: expect.any(Number),
    memoryBytes: expect.any(Number),
  });
  expect(status().memoryBytes).toBeGreaterThan(1_000_000);
  rooms.size = 3;
  capacity.refusal = "server-full";
  loopDelayMs = 600;
  expect(status()).toMatchObject({ walls: 3, refusal: "server-full", loopDelayMs: 600 });
});
