import { afterEach, describe, expect, test, vi } from "vitest";
import { sharedSites, wallLink } from "../../../../../client/host/ui/link.ts";
import { isLoopbackName } from "../../../../../server/protocol/loopback-name.ts";

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

  test("has plain http where the server says that few devices trust its certificate", async () => {
    const origins = ["http://192.168.1.5:8080", "http://10.0.0.2:8080"];
    vi.stubGlobal("fetch", async () => Response.json({ publicUrl: null, origins }));
    const page = new URL("https://10.0.0.2:8080") as unknown as Location;
    expect(await sharedSites(page)).toEqual(["http://10.0.0.2:8080", "http://192.168.1.5:8080"]);
  });

  test("has the page's own origin first if other devices can reach that", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ publicUrl: null, origins: ["http://10.0.0.2:8080", "http://192.168.1.5:8080"] }),
    );
    const page = new URL("http://192.168.1.5:8080") as unknown as Location;
    expect(await sharedSites(page)).toEqual(["http://192.168.1.5:8080", "http://10.0.0.2:8080"]);
  });

  test("has the path below which a proxy serves the page's site", async () => {
    vi.stubGlobal("fetch", async () => new Response("Not Found", { status: 404 }));
    const page = new URL("https://example.org/lights/host/K7QXM") as unknown as Location;
    expect(await sharedSites(page)).toEqual(["https://example.org/lights"]);
  });

  test("has the server's addresses on its network in place of localhost", async () => {
    const origins = ["http://192.168.1.5:8080", "http://10.0.0.2:8080"];
    vi.stubGlobal("fetch", async () => Response.json({ publicUrl: null, origins }));
    expect(await sharedSites(localhost)).toEqual(origins);
  });

  test("has the address that the server's operator has set before all others", async () => {
    const publicUrl = "https://lights.example";
    vi.stubGlobal("fetch", async () => Response.json({ publicUrl, origins: ["http://10.0.0.2:8080"] }));
    expect((await sharedSites(localhost))[0]).toBe(publicUrl);
    expect((await sharedSites(new URL("http://10.0.0.2:8080") as unknown as Location))[0]).toBe(publicUrl);
  });

  test.each([
    ["has no address", async () => Response.json({ publicUrl: null, origins: [] })],
    ["does not report its addresses", async () => new Response("Not Found", { status: 404 })],
    ["cannot be reached", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is unknown if the server %s", async (_, fetch) => {
    vi.stubGlobal("fetch", fetch);
    expect(await sharedSites(localhost)).toEqual([]);
    const page = new URL("http://192.168.1.5:8080") as unknown as Location;
    expect(await sharedSites(page)).toEqual(["http://192.168.1.5:8080"]);
  });
});
