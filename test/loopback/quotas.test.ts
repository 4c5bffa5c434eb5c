import { afterEach, beforeEach, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import type { ErrorCode } from "../../server/protocol/errors.ts";
import { CODE_ALPHABET } from "../../server/protocol/format.ts";
import { type FakeEngine, OFFERS } from "../support/fake-engine.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startApp, temporaryDirectory } from "../support/test-app.ts";

/** Address of the client that takes all it can get, as its proxy reports it. */
const GREEDY = "203.0.113.66";
const WALLS_MAX = 12;
const CONNECTING_MAX = 12;

let data: ReturnType<typeof temporaryDirectory>;
let app: App;
let engine: FakeEngine;
const clients: SignalClient[] = [];

beforeEach(async () => {
  data = temporaryDirectory();
  await start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await app.close();
  data.remove();
});

async function start(): Promise<void> {
  const limits = { wallsMax: WALLS_MAX, connectingMax: CONNECTING_MAX };
  ({ app, engine } = await startApp({ dataDir: data.path, ...limits }));
  engine.on("peer-closed", () => (engine.connecting = engine.peers.size));
}

async function connect(from: string): Promise<SignalClient> {
  const client = await SignalClient.connect(app.port, { from });
  clients.push(client);
  return client;
}

/** Opens a wall and stays in it as its host. @returns the outcome */
async function openWall(from: string): Promise<string> {
  const client = await connect(from);
  client.send({ type: "open-room" });
  const answer = await client.next("room-opened", "error");
  if (answer.type === "error") return answer.code;
  client.send({ type: "join", code: answer.code, hostKey: answer.hostKey });
  await client.next("joined");
  return "hosts a wall";
}

test("a network can open only its share of walls, so that others can open and reopen theirs", async () => {
  const host = await connect("198.51.100.1");
  const { code, hostKey } = await host.host();
  await app.close();
  await start();
  const taken = [];
  for (let n = 0; n < WALLS_MAX + 1; n++) taken.push(await openWall(GREEDY));
  expect(await openWall("198.51.100.2")).toBe("hosts a wall");
  const again = await connect("198.51.100.1");
  again.send({ type: "join", code, hostKey });
  expect(await again.next("joined", "error")).toMatchObject({ type: "joined", role: "host" });
  expect(taken.filter((outcome) => outcome === "hosts a wall")).toHaveLength(WALLS_MAX / 4);
});

test("a host reopens its wall when four networks have opened as many as allowed", async () => {
  const host = await connect("198.51.100.1");
  const { code, hostKey } = await host.host();
  await app.close();
  await start();
  for (let n = 0; n < WALLS_MAX; n++) await openWall(`203.0.113.${1 + (n % 4)}`);
  expect(await openWall("198.51.100.2")).toBe("rooms-full");
  const again = await connect("198.51.100.1");
  again.send({ type: "join", code, hostKey });
  expect(await again.next("joined", "error")).toMatchObject({ type: "joined", role: "host" });
});

test("offers that never connect use up only their own network's share of answers", async () => {
  const { code } = await (await connect("198.51.100.1")).host();
  const offer = async (from: string): Promise<string> => {
    const client = await connect(from);
    client.send({ type: "join", code });
    const joined = await client.next("joined", "error");
    if (joined.type === "error") return joined.code;
    client.send({ type: "offer", sdp: OFFERS.receive });
    const answer = await client.next("answer", "error");
    engine.connecting = engine.peers.size;
    return answer.type === "error" ? answer.code : answer.type;
  };
  const outcomes = [];
  for (let n = 0; n < CONNECTING_MAX; n++) outcomes.push(await offer(GREEDY));
  expect(await offer("198.51.100.2")).toBe("answer");
  expect(outcomes.filter((outcome) => outcome === "answer")).toHaveLength(CONNECTING_MAX / 4);
});

test("guesses at codes are limited for each network, not for each socket", async () => {
  const { code } = await (await connect("198.51.100.1")).host();
  const letters = [...CODE_ALPHABET];
  const guesses = letters.flatMap((first) => letters.slice(0, 9).map((second) => `AAA${first}${second}`));
  const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(GREEDY)));
  for (const [n, guess] of guesses.entries()) sockets[n % 10]!.send({ type: "join", code: guess });
  const outcomes = await Promise.all(sockets.map(answersSoFar));
  const checked = outcomes.flat().filter((outcome) => outcome === "code-unknown");
  expect(checked.length).toBeLessThanOrEqual(30);
  const guest = await connect("198.51.100.9");
  guest.send({ type: "join", code });
  expect(await guest.next("joined", "error")).toMatchObject({ type: "joined" });
});

test("wrong passwords of one guest do not lock out others on the same network", async () => {
  const { code } = await hostWithPassword();
  const guesser = await connect("198.51.100.9");
  for (let n = 0; n < 31; n++) guesser.send({ type: "join", code, password: `guess ${n}` });
  const guest = await connect("198.51.100.9");
  guest.send({ type: "join", code, password: "sesame" });
  expect(await guest.next("joined", "error")).toMatchObject({ type: "joined" });
});

/** The error codes that a page has received. */
async function answersSoFar(client: SignalClient): Promise<ErrorCode[]> {
  client.send({ type: "ping", sent: 0 });
  const codes: ErrorCode[] = [];
  for (;;) {
    const message = await client.next("error", "pong");
    if (message.type === "pong") return codes;
    codes.push(message.code);
  }
}

async function hostWithPassword(): Promise<{ code: string }> {
  const host = await connect("198.51.100.1");
  const { code } = await host.host();
  host.send({ type: "protect", password: "sesame" });
  host.send({ type: "ping", sent: 0 });
  await host.next("pong");
  return { code };
}
