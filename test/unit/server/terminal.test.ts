import { renderUnicodeCompact } from "uqr";
import { expect, test } from "vitest";
import { banner, createLog } from "../../../server/terminal.ts";

test("the banner shows the addresses, the QR code of the first LAN address and the next step", () => {
  const text = banner({
    port: 8080,
    host: "::",
    lan: ["192.168.1.5", "10.0.0.5", "fd00::2"],
    fingerprint: undefined,
    authority: undefined,
    publicUrl: "",
  });
  expect(text).toContain("On this computer      http://localhost:8080\n");
  expect(text).toContain("On the local network  http://192.168.1.5:8080\n");
  expect(text).toContain("http://10.0.0.5:8080\n");
  expect(text).not.toContain("fd00");
  for (const line of renderUnicodeCompact("http://192.168.1.5:8080", { border: 2 }).split("\n")) {
    expect(text).toContain(line);
  }
  expect(text).toContain('press "Start a wall"');
});

test("the banner says when no other device can reach the server", () => {
  const text = banner({
    port: 9000,
    host: "127.0.0.1",
    lan: [],
    fingerprint: undefined,
    authority: undefined,
    publicUrl: "",
  });
  expect(text).toContain("http://localhost:9000");
  expect(text).toContain("other devices cannot reach this server");
});

test("the banner shows addresses of IPv6 where there are no others", () => {
  const text = banner({
    port: 8080,
    host: "::",
    lan: ["fd00::2"],
    fingerprint: undefined,
    authority: undefined,
    publicUrl: "",
  });
  expect(text).toContain("On the local network  http://[fd00::2]:8080\n");
});

test("the banner shows the public address first", () => {
  const publicUrl = "https://lights.example";
  const text = banner({
    port: 8080,
    host: "::",
    lan: ["192.168.1.5"],
    fingerprint: undefined,
    authority: undefined,
    publicUrl,
  });
  expect(text).toContain(
    `For everyone          ${publicUrl}\n                        http://192.168.1.5:8080`,
  );
});

test("on a terminal of any colours the QR code is white on black", () => {
  const facts = {
    port: 8080,
    host: "::",
    lan: ["192.168.1.5"],
    fingerprint: undefined,
    authority: undefined,
    publicUrl: "",
  };
  const [first] = renderUnicodeCompact("http://192.168.1.5:8080", { border: 2 }).split("\n");
  expect(banner(facts, true)).toContain(`\u001b[97;40m${first}\u001b[0m\n`);
  expect(banner(facts)).not.toContain("\u001b");
});

test("over HTTPS the banner shows the fingerprint of the certificate", () => {
  const pairs = Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, "0").toUpperCase());
  for (const lan of [["192.168.1.5"], []]) {
    const text = banner({
      port: 8443,
      host: "::",
      lan,
      fingerprint: pairs.join(":"),
      authority: undefined,
      publicUrl: "",
    });
    expect(text).toContain("https://localhost:8443");
    expect(text).toContain(`  ${pairs.slice(0, 16).join(":")}\n  ${pairs.slice(16).join(":")}\n`);
    for (const line of text.split("\n").slice(0, 8)) expect(line.length).toBeLessThan(80);
  }
});

test("with its own authority the banner has addresses that no browser warns of, and how to trust it", () => {
  const facts = { port: 8080, host: "::", lan: ["192.168.1.5"], fingerprint: "AA:BB", publicUrl: "" };
  const text = banner({ ...facts, authority: "PEM" });
  expect(text).toContain("On this computer      http://localhost:8080\n");
  expect(text).toContain("On the local network  http://192.168.1.5:8080\n");
  expect(text).toContain("With HTTPS            https://192.168.1.5:8080\n");
  expect(text).toContain("once a device trusts  http://192.168.1.5:8080/trust\n");
  expect(text).toContain("The server's own authority (SHA-256)\n  AA:BB\n");
  const [first] = renderUnicodeCompact("http://192.168.1.5:8080", { border: 2 }).split("\n");
  expect(text).toContain(first);
});

/** What is logged for one debug line and one error. */
function logged(isTTY: boolean): string {
  let written = "";
  const log = createLog("info", { isTTY, write: (line) => (written += line) });
  log.debug("below the level");
  log.child({ wall: "AAAAA" }).error({ err: new TypeError("broken") }, "wall failed");
  return written;
}

test("without a terminal the log is written as JSON lines", () => {
  expect(JSON.parse(logged(false))).toMatchObject({
    level: 50,
    msg: "wall failed",
    wall: "AAAAA",
    err: { type: "TypeError", message: "broken" },
  });
});

test("on a terminal the log is written as readable lines", () => {
  expect(logged(true)).toMatch(/^ {2}\d\d:\d\d:\d\d ERROR wall failed wall=AAAAA\nTypeError: broken\n/);
});
