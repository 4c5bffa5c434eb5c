import { afterEach, describe, expect, it, vi } from "vitest";
import { isLoopbackName, sharedOrigin, wallLink } from "../../../../../client/host/ui/link.ts";

afterEach(() => vi.unstubAllGlobals());

const localhost = new URL("http://localhost:8080") as unknown as Location;

describe("the link of a wall", () => {
  it("leads to its screens", () => {
    expect(wallLink("https://wall.example", "K7QXM")).toBe("https://wall.example/w/K7QXM");
  });

  it.each(["localhost", "LOCALHOST", "wall.localhost", "127.0.0.1", "127.8.9.1", "[::1]"])(
    "is of no use to phones with %s",
    (hostname) => expect(isLoopbackName(hostname)).toBe(true),
  );

  it.each(["192.168.1.5", "localhost.example", "127.example", "wall.example", "[fd00::1]"])(
    "works for phones with %s",
    (hostname) => expect(isLoopbackName(hostname)).toBe(false),
  );

  it("keeps the page's own origin where phones can reach it", async () => {
    const page = new URL("http://192.168.1.5:8080") as unknown as Location;
    expect(await sharedOrigin(page)).toBe("http://192.168.1.5:8080");
  });

  it("takes the server's address on its network in place of localhost", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ origins: ["http://192.168.1.5:8080", "http://10.0.0.2:8080"] }),
    );
    expect(await sharedOrigin(localhost)).toBe("http://192.168.1.5:8080");
  });

  it.each([
    ["has none", async () => Response.json({ origins: [] })],
    ["does not tell", async () => new Response("Not Found", { status: 404 })],
    ["cannot be reached", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is not known where the server %s", async (_, fetch) => {
    vi.stubGlobal("fetch", fetch);
    expect(await sharedOrigin(localhost)).toBeUndefined();
  });
});
