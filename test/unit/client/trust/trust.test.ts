import { expect, test } from "vitest";
import { deviceOf } from "../../../../client/trust/device.ts";
import { secureAddress } from "../../../../client/trust/secure-address.ts";

test.each([
  ["http://192.168.1.5:8080/trust/", "/", "https://192.168.1.5:8080/"],
  ["http://192.168.1.5:8080/trust/", "/host/K7QXM", "https://192.168.1.5:8080/host/K7QXM"],
  ["http://192.168.1.5/trust/", "probe", "https://192.168.1.5:80/trust/probe"],
  ["https://pi.local/trust/", "/", "https://pi.local/"],
  ["http://[fd00::5]:8080/trust/", "/admin/", "https://[fd00::5]:8080/admin/"],
  ["http://192.168.1.5:8080/trust/", "https://evil.example/", "https://192.168.1.5:8080/"],
  ["http://192.168.1.5:8080/trust/", "//evil.example/host/K7QXM", "https://192.168.1.5:8080/"],
  ["http://192.168.1.5:8080/trust/", "javascript:alert(1)", "https://192.168.1.5:8080/"],
  ["http://192.168.1.5:8080/trust/", "http://[", "https://192.168.1.5:8080/"],
])("on %s, %s leads to %s", (here, path, expected) => {
  expect(secureAddress(here, path)).toBe(expected);
});

test.each([
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", 5, "apple"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", 5, "apple"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", 0, "mac"],
  ["Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36", 5, "android"],
  ["Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", 5, "android"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36", 0, "windows"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", 0, "firefox"],
  ["Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0.0.0 Safari/537.36", 0, "linux"],
] as const)("%s with %i points of touch: %s", (userAgent, maxTouchPoints, expected) => {
  expect(deviceOf({ userAgent, maxTouchPoints })).toBe(expected);
});
