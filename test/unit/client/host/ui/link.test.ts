import { afterEach, describe, expect, test, vi } from "vitest";
import { isLoopbackName, sharedOrigin, wallLink } from "../../../../../client/host/ui/link.ts";

afterEach(() => vi.unstubAllGlobals());

const localhost = new URL("http://localhost:8080") as unknown as Location;

describe("a wall's link", () => {
  test("has the wall's code", () => {
    expect(wallLink("https://wall.example", "K7QXM")).toBe("https://wall.example/w/K7QXM");
  });

  test.each(["localhost", "LOCALHOST", "wall.localhost", "127.0.0.1", "127.8.9.1", "[::1]"])(
    "cannot be used by other devices with the host %s",
    (hostname) => expect(isLoopbackName(hostname)).toBe(true),
  );

  test.each(["192.168.1.5", "localhost.example", "127.example", "wall.example", "[fd00::1]"])(
    "can be used by other devices with the host %s",
    (hostname) => expect(isLoopbackName(hostname)).toBe(false),
  );

  test("has the page's own origin if other devices can reach that", async () => {
    const page = new URL("http://192.168.1.5:8080") as unknown as Location;
    expect(await sharedOrigin(page)).toBe("http://192.168.1.5:8080");
  });

  test("has the server's address on its network in place of localhost", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ origins: ["http://192.168.1.5:8080", "http://10.0.0.2:8080"] }),
    );
    expect(await sharedOrigin(localhost)).toBe("http://192.168.1.5:8080");
  });

  test.each([
    ["has no address", async () => Response.json({ origins: [] })],
    ["does not report its addresses", async () => new Response("Not Found", { status: 404 })],
    ["cannot be reached", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is unknown if the server %s", async (_, fetch) => {
    vi.stubGlobal("fetch", fetch);
    expect(await sharedOrigin(localhost)).toBeUndefined();
  });
});
