import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { ControlClient } from "../support/control-client.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

const SITE = "https://stage.example";
const SCREEN = "8c1d2f5a-44a0-4b0e-9a53-2d3c8f1d2e4b";

let data: ReturnType<typeof temporaryDirectory>;
let app: App;
let host: SignalClient;
let wall: { code: string; hostKey: string };
let program: ControlClient;

beforeEach(async () => {
  data = temporaryDirectory();
  ({ app } = await startApp({
    dataDir: data.path,
    origins: [SITE],
    wrongKeysPerMinute: 3,
    messagesPerSecond: 8,
    socketsPerAddress: 10,
    networkShare: 25,
  }));
  host = await SignalClient.connect(app.port);
  wall = await host.host();
  program = new ControlClient(app.port, wall);
});

afterEach(async () => {
  host.close();
  await app.close();
  data.remove();
});

/** A screen of the wall. */
async function enter(id = SCREEN): Promise<SignalClient> {
  const screen = await SignalClient.connect(app.port);
  screen.send({ type: "join", code: wall.code, screen: id });
  await screen.next("place");
  return screen;
}

const refusal = async (answered: ReturnType<ControlClient["ask"]>) => {
  const { status, body } = await answered;
  return [status, body?.code].filter(Boolean).join(" ");
};

describe("what all screens do", () => {
  test("changes by its parts, for the console, the screens and the program alike", async () => {
    const screen = await enter();
    const { body: before } = await program.ask("GET", "show");
    const change = { palette: "neon", energy: 1.5, hand: { brightness: 0.5 } };
    const { status, body } = await program.ask("PATCH", "show", change);
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, ...change, hand: { ...before.hand, brightness: 0.5 } });
    expect((await host.next("show")).show).toEqual(body);
    expect((await screen.next("show")).show).toEqual(body);
    expect((await program.ask("GET", "show")).body).toEqual(body);
    screen.close();
  });

  test("is what a console would have set, with the same limits", async () => {
    const fault = async (change: object) => (await program.ask("PATCH", "show", change)).body;
    expect(await fault({ energy: 9 })).toMatchObject({ status: 400, code: "message-invalid" });
    expect((await fault({ energy: 9 })).detail).toContain("energy");
    expect((await fault({ hand: { brightness: 2 } })).detail).toContain("hand.brightness");
    expect((await fault({ colour: "red" })).code).toBe("message-invalid");
    expect(await refusal(program.ask("PATCH", "show", "{"))).toBe("400 not-json");
    expect(await refusal(program.ask("PATCH", "show", "[]"))).toBe("400 message-invalid");
    const { body } = await program.ask("PATCH", "show", { hand: { text: "Dance!\u202e\n" } });
    expect(body.hand.text).toBe("Dance!");
  });

  test("is a scene that every console has", async () => {
    for (const name of ["Rings on water", "rings-on-water", "ringsOnWater"]) {
      const { body } = await program.ask("POST", "scene", { name });
      expect(body).toMatchObject({ mode: "rings", pattern: "ripple", palette: "candy" });
      await program.ask("POST", "scene", { name: "Dusk" });
    }
    expect(await refusal(program.ask("POST", "scene", { name: "constructor" }))).toBe("404 scene-unknown");
    const listed = await (await fetch(`http://127.0.0.1:${app.port}/api/scenes`)).json();
    expect(listed.scenes).toHaveLength(10);
  });

  test("has a stencil", async () => {
    const distances = Buffer.alloc(64, 128).toString("base64");
    const { body } = await program.ask("PUT", "stencil", { stencil: { width: 8, height: 8, distances } });
    expect(body.stencil).toMatch(/^[\w-]{22}$/);
    expect((await host.next("show")).show.stencil).toBe(body.stencil);
    expect((await program.ask("PUT", "stencil", { stencil: null })).body.stencil).toBeNull();
  });
});

describe("screens", () => {
  test("are placed, named and locked, one or many, and have figures", async () => {
    const screen = await enter();
    const { body } = await program.ask("GET", "screens");
    expect(body.screens).toMatchObject([{ id: SCREEN, name: "Screen 1", present: true }]);
    expect(body.screens[0].figures).toMatchObject({ id: SCREEN, receives: null });
    const change = { name: "Bar", x: 12, band: { low: 60, high: 250 }, hand: { freeze: true } };
    const { body: changed } = await program.ask("PATCH", `screens/${SCREEN}`, change);
    expect(changed).toMatchObject({ ...change, hand: { blackout: false, freeze: true }, locked: false });
    expect((await screen.next("place")).screen).toMatchObject({ name: "Bar", x: 12 });
    const seen = await host.next("screens");
    expect(seen.screens[0] ?? (await host.next("screens")).screens[0]).toBeDefined();
    const many = await program.ask("PATCH", "screens", { screens: [{ id: SCREEN, locked: true }] });
    expect(many.body.screens).toMatchObject([{ name: "Bar", locked: true }]);
    expect((await program.ask("GET", `screens/${SCREEN}`)).body.locked).toBe(true);
    screen.close();
  });

  test("that the wall does not know are refused, and nothing changes", async () => {
    const screen = await enter();
    const screens = [{ id: SCREEN, name: "Bar" }, { id: "screen-that-is-not-there" }];
    expect(await refusal(program.ask("PATCH", "screens", { screens }))).toBe("404 screen-unknown");
    expect((await program.ask("GET", `screens/${SCREEN}`)).body.name).toBe("Screen 1");
    expect(await refusal(program.ask("POST", "screens/elsewhere/identify"))).toBe("404 screen-unknown");
    screen.close();
  });

  test("show their numbers and flash, all or one", async () => {
    const screen = await enter();
    for (const path of ["identify", `screens/${SCREEN}/identify`]) {
      expect((await program.ask("POST", path)).status).toBe(204);
      await screen.next("identify");
    }
    expect((await program.ask("POST", "flash-test")).status).toBe(204);
    await screen.next("flash-test");
    screen.close();
  });

  test("are removed once they are away", async () => {
    const [screen, other] = [await enter(), await enter("another-screen")];
    expect(await refusal(program.ask("DELETE", `screens/${SCREEN}`))).toBe("409 screen-present");
    for (const one of [screen, other]) one.close();
    const away = async () => (await program.ask("GET", "screens")).body.screens.filter(isAway).length;
    await expect.poll(away).toBe(2);
    expect((await program.ask("DELETE", `screens/${SCREEN}`)).status).toBe(204);
    expect((await host.next("screen-removed")).id).toBe(SCREEN);
    expect((await program.ask("DELETE", "screens")).status).toBe(204);
    expect((await host.next("screen-removed")).id).toBe("another-screen");
  });

  const isAway = ({ present }: { present: boolean }) => !present;
});

describe("a wall", () => {
  test("tells its state, and takes a password and a wall delay, of which its console hears", async () => {
    const { body } = await program.ask("GET");
    expect(body).toMatchObject({ code: wall.code, hasPassword: false, delay: { to: 150, auto: true } });
    const changed = await program.ask("PATCH", "", { delayMs: 400, password: "sesame" });
    expect(changed.body).toMatchObject({ hasPassword: true, delay: { to: 400, auto: false } });
    expect((await host.next("password")).password).toBe("sesame");
    expect((await host.next("timing")).timing.delay.to).toBe(400);
    expect((await program.ask("PATCH", "", { delayMs: null, password: "" })).body.hasPassword).toBe(false);
    expect((await program.ask("GET", "stats")).body).toMatchObject({ listeners: 0, packetTimeMs: 20 });
  });

  test("is controlled without its console, also after it was closed for lack of use", async () => {
    host.close();
    const state = async () => (await program.ask("GET")).body.room.state;
    await expect.poll(state).toBe("host-away");
    expect((await program.ask("PATCH", "show", { mode: "bars" })).body.mode).toBe("bars");
    expect((await program.ask("POST", "stop")).status).toBe(204);
  });

  test("is closed for good", async () => {
    expect((await program.ask("DELETE")).status).toBe(204);
    expect((await host.next("room")).room.state).toBe("closed");
    expect(await refusal(program.ask("GET"))).toBe("410 room-closed");
  });
});

describe("a request", () => {
  test("without the key, with a wrong key or for an unknown wall is refused", async () => {
    const answered = await program.ask("GET", "show", undefined, { token: "" });
    expect([answered.status, answered.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(answered.headers.get("content-type")).toContain("application/problem+json");
    expect(await refusal(program.ask("GET", "show", undefined, { token: "wrong" }))).toBe("403 key-wrong");
    const elsewhere = new ControlClient(app.port, { ...wall, code: "AAAAA" });
    expect(await refusal(elsewhere.ask("GET", "show"))).toBe("403 key-wrong");
  });

  test("with too many wrong keys is refused with 429, for this network only", async () => {
    const wrong = (from: string) => program.ask("GET", "show", undefined, { token: "wrong", from });
    for (let n = 0; n < 3; n++) await wrong("203.0.113.6");
    const answered = await wrong("203.0.113.6");
    expect([answered.status, answered.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await wrong("198.51.100.7")).status).toBe(403);
  });

  test("of a network that asks too often is refused, and others are answered", async () => {
    const ask = (from: string) => program.ask("GET", "show", undefined, { from });
    const all = await Promise.all(Array.from({ length: 200 }, () => ask("203.0.113.6")));
    const refused = all.find(({ status }) => status === 429);
    // Requests are counted by the second, other attempts by the minute.
    expect([refused?.headers.get("retry-after"), refused?.body.code]).toEqual(["2", "changed-too-often"]);
    expect((await ask("198.51.100.7")).status).toBe(200);
  });

  test("with another type, another method, a large body or an unknown path is refused", async () => {
    const text = { headers: { "Content-Type": "text/plain" } };
    expect(await refusal(program.ask("PATCH", "show", {}, text))).toBe("415");
    expect(await refusal(program.ask("PATCH", "show", "x".repeat(40_000)))).toBe("413 message-too-large");
    const put = await program.ask("PUT", "show", {});
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, PATCH, OPTIONS"]);
    expect(await refusal(program.ask("POST", "events"))).toBe("405");
    expect(await refusal(program.ask("GET", "lights"))).toBe("404");
    expect(await refusal(program.ask("GET", "toString"))).toBe("404");
  });

  test("of a page of another site needs the settings to name the site", async () => {
    const from = (Origin: string) => program.ask("GET", "show", undefined, { headers: { Origin } });
    expect((await from("https://evil.example")).status).toBe(403);
    expect((await from(SITE)).headers.get("access-control-allow-origin")).toBe(SITE);
    const url = `http://127.0.0.1:${app.port}/api/walls/${wall.code}/show`;
    const preflight = await fetch(url, { method: "OPTIONS", headers: { Origin: SITE } });
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, PATCH, OPTIONS");
  });
});

describe("events", () => {
  test("begin with the present state, then tell each change, with rising ids", async () => {
    const events = await program.follow();
    expect(events.response.headers["content-type"]).toContain("text/event-stream");
    expect((await events.next("room")).data.room.state).toBe("waiting");
    expect((await events.next("show")).data.show.palette).toBeNull();
    expect((await events.next("stats")).data.stats.listeners).toBe(0);
    const { id, data: first } = await events.next("screens");
    expect([id, first.screens]).toEqual(["4", []]);
    const screen = await enter();
    expect((await events.next("screens")).data.screens[0].id).toBe(SCREEN);
    host.send({ type: "flash-test" });
    await program.ask("PATCH", "show", { palette: "neon" });
    const show = await events.next("show");
    expect(show.data.show.palette).toBe("neon");
    expect(Number(show.id)).toBeGreaterThan(4);
    screen.close();
    await events.next("screens", ({ data }) => data.screens[0]?.present === false);
    await program.ask("DELETE", `screens/${SCREEN}`);
    expect((await events.next("screen-removed")).data.id).toBe(SCREEN);
    await program.ask("DELETE");
    expect((await events.next("room")).data.room.state).toBe("closed");
    await events.ended;
  });

  test("count as sockets of their network, until they end", async () => {
    const streams = await Promise.all(Array.from({ length: 9 }, () => program.follow()));
    expect(await refusal(program.ask("GET", "events"))).toBe("429 rate-limited");
    for (const stream of streams) stream.close();
    const isFree = async () => {
      const stream = await program.follow();
      stream.close();
      return stream.response.statusCode;
    };
    await expect.poll(isFree).toBe(200);
  });

  test("end when the server stops", async () => {
    const events = await program.follow();
    await app.close();
    await events.ended;
  });
});
