import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { DoorClient, type DoorOptions, refusalOf, sessionOf } from "../support/door-client.ts";
import { type FakeEngine, OFFERS } from "../support/fake-engine.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const SITE = "https://stage.example";
const TURN = "turn:turn.example:3478?transport=udp";

let data: ReturnType<typeof temporaryDirectory>;
let app: App;
let engine: FakeEngine;
let programs: DoorClient;
let host: SignalClient;
let wall: { code: string; hostKey: string };

beforeEach(async () => {
  data = temporaryDirectory();
  await start();
  host = await SignalClient.connect(app.port);
  wall = await host.host();
});

afterEach(async () => {
  host.close();
  await app.close();
  data.remove();
});

async function start(): Promise<void> {
  ({ app, engine } = await startApp({
    dataDir: data.path,
    origins: [SITE],
    stunUrls: ["stun:stun.example"],
    turnUrls: [TURN],
    turnSecret: "secret",
    wrongKeysPerMinute: 3,
    wrongCodesPerMinute: 3,
    joinsPerMinute: 20,
    socketsPerAddress: 30,
    listenersMax: 2,
  }));
  programs = new DoorClient(app.port);
}

const send = (options: DoorOptions = {}, sdp: string = OFFERS.send) =>
  programs.offer("whip", wall.code, sdp, { token: wall.hostKey, ...options });
const receive = (options: DoorOptions = {}, sdp: string = OFFERS.receive) =>
  programs.offer("whep", wall.code, sdp, options);
const find = (role: "publish" | "subscribe") => engine.find(wall.code, role);

describe("an offer", () => {
  test("of a program that sends is answered with 201, the answer and the URL of a session", async () => {
    const response = await send();
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/sdp");
    expect(await response.text()).toBe(`answer to ${find("publish")!.id}`);
    // A proxy may serve all of it below a path of its site.
    expect(response.headers.get("location")).toMatch(/^\.\.\//);
    expect(sessionOf(response)).toMatch(new RegExp(`^/w/${wall.code}/whip/[0-9a-f-]{36}$`));
    expect(response.headers.get("etag")).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("of a program that receives is answered in the same way, at a code in any form", async () => {
    const typed = `${wall.code.slice(0, 2).toLowerCase()}-${wall.code.slice(2)}`;
    const response = await programs.offer("whep", typed, OFFERS.receive);
    expect(response.status).toBe(201);
    expect(sessionOf(response)).toContain(`/w/${wall.code}/whep/`);
    expect(find("subscribe")!.reached).toEqual(["127.0.0.1"]);
  });

  test("is answered with STUN and TURN servers as links", async () => {
    const links = (await send()).headers.get("link")!.split(", ");
    expect(links[0]).toBe('<stun:stun.example>; rel="ice-server"');
    expect(links[1]).toMatch(/^<turn:turn\.example:3478\?transport=udp>; rel="ice-server"; username="\d+:/);
    expect(links[1]).toMatch(/"; credential="\S+"; credential-type="password"$/);
  });

  test.each([
    ["without a key", { token: "" }, "401"],
    ["with a wrong key", { token: "wrong" }, "403 key-wrong"],
    ["of another type", { type: "application/json" }, "415"],
  ])("%s is refused with the right status", async (_, options, refusal) => {
    const response = await send(options);
    expect(await refusalOf(response)).toBe(refusal);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.headers.get("www-authenticate")).toBe(refusal === "401" ? "Bearer" : null);
    expect(find("publish")).toBeUndefined();
  });

  test.each([
    ["nonsense", "400 offer-invalid"],
    ["", "400 offer-invalid"],
    [OFFERS.silent, "422 offer-no-audio"],
    ["x".repeat(40_000), "413 message-too-large"],
  ])("with the body %.20s is refused", async (sdp, refusal) => {
    expect(await refusalOf(await send({}, sdp))).toBe(refusal);
  });

  test("that sends is refused where programs receive", async () => {
    expect(await refusalOf(await receive({}, OFFERS.send))).toBe("422 offer-sends");
  });

  test("for a wall that is not there, or that no code can name, is refused with 404", async () => {
    const elsewhere = (code: string, door: "whip" | "whep", token = "") =>
      programs.offer(door, code, OFFERS.receive, { token }).then(refusalOf);
    expect(await elsewhere("AAAAA", "whep")).toBe("404 code-unknown");
    expect(await elsewhere("AAAAA", "whip", wall.hostKey)).toBe("403 key-wrong");
    expect(await elsewhere("nothing", "whep")).toBe("404");
  });

  test("for a closed wall is refused with 410", async () => {
    host.send({ type: "close-room" });
    await host.next("room");
    expect(await refusalOf(await send())).toBe("410 room-closed");
    expect(await refusalOf(await receive())).toBe("410 room-closed");
  });

  test("with wrong keys or codes is refused with 429 and a time, for this network only", async () => {
    for (let n = 0; n < 3; n++) await send({ token: `wrong ${n}`, from: "203.0.113.6" });
    const response = await send({ token: "wrong", from: "203.0.113.6" });
    expect(await refusalOf(response)).toBe("429 rate-limited");
    expect(response.headers.get("retry-after")).toBe("60");
    expect((await send({ from: "203.0.113.6" })).status).toBe(201);
    expect(await refusalOf(await send({ token: "wrong", from: "198.51.100.7" }))).toBe("403 key-wrong");
  });

  test("of a network that makes too many is refused with 429, and others are answered", async () => {
    const from = "203.0.113.6";
    const statuses: number[] = [];
    for (let n = 0; n < 21; n++) statuses.push((await send({ from }, OFFERS.silent)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(422), 429]);
    expect((await send({ from: "198.51.100.7" })).status).toBe(201);
  });

  test("beyond what a wall holds, or a server that stops, is refused with 503 and a time", async () => {
    for (let n = 0; n < 2; n++) expect((await receive()).status).toBe(201);
    const response = await receive();
    expect(await refusalOf(response)).toBe("503 room-full");
    expect(response.headers.get("retry-after")).toBe("10");
    const drained = app.drain();
    expect(await refusalOf(await send())).toBe("503 server-stopping");
    expect(await refusalOf(await receive())).toBe("503 server-stopping");
    void drained;
  });

  test("of a program that receives must show the wall's password", async () => {
    host.send({ type: "protect", password: "Sesam öffne dich" });
    host.send({ type: "ping", sent: 0 });
    await host.next("pong");
    const utf8 = (text: string) => Buffer.from(text).toString("latin1");
    const response = await receive();
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await refusalOf(response)).toBe("401 password-needed");
    expect(await refusalOf(await receive({ token: "guess" }))).toBe("403 password-wrong");
    expect((await receive({ token: utf8("Sesam öffne dich") })).status).toBe(201);
  });

  test("that is not finished holds its network's share, until its client disconnects", async () => {
    const { port } = app;
    const path = `/w/${wall.code}/whip`;
    const headers = {
      "Content-Type": "application/sdp",
      "Content-Length": "1000",
      Authorization: `Bearer ${wall.hostKey}`,
    };
    const unfinished = Array.from({ length: 150 }, () => {
      const sent = request({ port, path, method: "POST", headers }).on("error", () => {});
      sent.write("v=0");
      return sent;
    });
    const status = async () => (await send()).status;
    await expect.poll(status, { interval: 100 }).toBe(503);
    for (const sent of unfinished) sent.destroy();
    await expect.poll(status, { interval: 100 }).toBe(201);
  });
});

describe("a session", () => {
  /** Opens a session. */
  async function open(door: "whip" | "whep" = "whip"): Promise<{ url: string; etag: string }> {
    const response = await (door === "whip" ? send() : receive());
    return { url: sessionOf(response), etag: response.headers.get("etag")! };
  }

  test.each(["whip", "whep"] as const)("of %s ends by DELETE with 200, once", async (door) => {
    const { url } = await open(door);
    const end = () => programs.request("DELETE", url, undefined, { token: wall.hostKey });
    const response = await end();
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(engine.peers.size).toBe(0);
    expect(await refusalOf(await end())).toBe("404");
  });

  test("does not end without the token that it was opened with", async () => {
    const { url } = await open();
    expect((await programs.request("DELETE", url)).status).toBe(401);
    expect((await programs.request("DELETE", url, undefined, { token: "wrong" })).status).toBe(403);
    const other = url.replace("/whip/", "/whep/");
    expect((await programs.request("DELETE", other, undefined, { token: wall.hostKey })).status).toBe(404);
    expect(find("publish")).toBeDefined();
  });

  test("is gone when its media connection has ended", async () => {
    const { url } = await open();
    engine.closePeer(find("publish")!.id, "consent expired");
    expect((await programs.request("DELETE", url, undefined, { token: wall.hostKey })).status).toBe(404);
  });

  test("takes ICE candidates, which the server does not need, and restarts no ICE", async () => {
    const { url, etag } = await open();
    const patch = async (body: string, headers: Record<string, string> = {}, type?: string) => {
      const options = { token: wall.hostKey, headers, ...(type && { type }) };
      return (await programs.request("PATCH", url, body, options)).status;
    };
    const candidates = "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 7 typ host\r\n";
    expect(await patch(candidates, { "If-Match": etag })).toBe(204);
    expect(await patch(candidates)).toBe(204);
    expect(await patch(candidates, { "If-Match": '"another"' })).toBe(412);
    expect(await patch("a=ice-ufrag:new\r\na=ice-pwd:new\r\n", { "If-Match": "*" })).toBe(422);
    expect(await patch("nonsense")).toBe(400);
    expect(await patch(candidates, {}, "application/sdp")).toBe(415);
    expect(find("publish")).toBeDefined();
  });

  test("and an endpoint refuse other methods with 405, and say which they take", async () => {
    const { url } = await open();
    for (const method of ["GET", "HEAD", "PUT", "POST"]) {
      const response = await programs.request(method, url, method === "PUT" ? "x" : undefined);
      expect([method, response.status, response.headers.get("allow")]).toEqual([
        method,
        405,
        "OPTIONS, PATCH, DELETE",
      ]);
    }
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      const response = await programs.request(method, `/w/${wall.code}/whip`);
      expect([response.status, response.headers.get("allow")]).toEqual([405, "OPTIONS, POST"]);
    }
  });
});

describe("pages of other sites", () => {
  const preflight = (origin: string, path = `/w/${wall.code}/whip`) =>
    programs.request("OPTIONS", path, undefined, {
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });

  test("may use the doors if the settings name them", async () => {
    const response = await preflight(SITE);
    expect(response.status).toBe(200);
    expect(response.headers.get("accept-post")).toBe("application/sdp");
    expect(response.headers.get("access-control-allow-origin")).toBe(SITE);
    expect(response.headers.get("access-control-allow-methods")).toBe("OPTIONS, POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
    const posted = await send({ headers: { Origin: SITE } });
    expect(posted.status).toBe(201);
    expect(posted.headers.get("access-control-allow-origin")).toBe(SITE);
    expect(posted.headers.get("access-control-expose-headers")).toContain("Location");
    expect((await preflight(SITE, sessionOf(posted))).status).toBe(200);
  });

  test("may not otherwise", async () => {
    const response = await preflight("https://evil.example");
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect((await send({ headers: { Origin: "https://evil.example" } })).status).toBe(403);
    expect(find("publish")).toBeUndefined();
  });
});
