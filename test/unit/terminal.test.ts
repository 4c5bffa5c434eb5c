import { renderUnicodeCompact } from "uqr";
import { expect, test } from "vitest";
import { banner } from "../../server/banner.ts";
import { createLog } from "../../server/log.ts";

test("the banner shows both addresses, the picture of the second, and what to do", () => {
  const text = banner(8080, "::", ["192.168.1.5", "10.0.0.5", "fd00::2"]);
  expect(text).toContain("On this computer      http://localhost:8080\n");
  expect(text).toContain("On the local network  http://192.168.1.5:8080\n");
  expect(text).toContain("http://10.0.0.5:8080\n");
  expect(text).not.toContain("fd00");
  for (const line of renderUnicodeCompact("http://192.168.1.5:8080", { border: 2 }).split("\n")) {
    expect(text).toContain(line);
  }
  expect(text).toContain('press "Start a wall"');
});

test("the banner says so when no other device can reach the server", () => {
  const text = banner(9000, "127.0.0.1", []);
  expect(text).toContain("http://localhost:9000");
  expect(text).toContain("other devices cannot reach this server");
});

function logged(isTTY: boolean): string {
  let written = "";
  const log = createLog("info", { isTTY, write: (line) => (written += line) });
  log.debug("too small to mention");
  log.child({ room: "AAAAA" }).error({ err: new TypeError("broken") }, "room failed");
  return written;
}

test("the log is JSON lines for machines", () => {
  expect(JSON.parse(logged(false))).toMatchObject({
    level: 50,
    msg: "room failed",
    room: "AAAAA",
    err: { type: "TypeError", message: "broken" },
  });
});

test("the log is short lines for people", () => {
  expect(logged(true)).toMatch(/^ {2}\d\d:\d\d:\d\d ERROR room failed room=AAAAA\nTypeError: broken\n/);
});
