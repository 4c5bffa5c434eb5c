import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { clearRecord, clientHello, messageFragment } from "../support/dtls-records.ts";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { ServerProcess } from "../support/server-process.ts";

/** Type and message number of a ClientKeyExchange. */
const EXCHANGE = { type: 16, number: 2 };

/** Two records, each with two fragments of one byte at the end of a message of 16 MB. */
const HUGE = Buffer.concat(
  [0, 1].map(() =>
    clearRecord(
      22,
      Buffer.concat(
        [0xff_fffc, 0xff_fffd].map((offset) =>
          messageFragment({ ...EXCHANGE, length: 0xff_fffe, offset, body: Buffer.from([1]) }),
        ),
      ),
    ),
  ),
);

/** Sends a ClientHello; the server then waits for the rest of the handshake. */
async function startHandshake(attacker: LeanListener): Promise<void> {
  attacker.send(clientHello());
  await delay(200);
}

test("a message that claims to have 16 MB does not crash the server", { timeout: 60_000 }, async () => {
  const server = await ServerProcess.start({ HOST: "127.0.0.1" });
  const host = await LeanHost.start(server.port, server.udpPort);
  const listener = await LeanListener.join(server.port, host.code);
  const attacker = await LeanListener.join(server.port, host.code, { connects: false });
  await startHandshake(attacker);
  try {
    for (let times = 0; times < 5; times++) {
      attacker.send(HUGE);
      await delay(1_000);
    }
    const before = listener.packets;
    await expect.poll(() => listener.packets, { timeout: 5_000 }).toBeGreaterThan(before + 20);
    expect(server.errors).toEqual([]);
  } finally {
    for (const one of [listener, attacker]) one.close();
    await host.close();
    await server.close();
  }
});

test("fragments of a message that is never complete do not fill the memory", {
  timeout: 60_000,
}, async () => {
  const server = await ServerProcess.start({ HOST: "127.0.0.1" });
  const host = await LeanHost.start(server.port, server.udpPort);
  const attacker = await LeanListener.join(server.port, host.code, { connects: false });
  const memory = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^lightwall_memory_bytes (\d+)/m.exec(text)?.[1]) / 2 ** 20;
  };
  await startHandshake(attacker);
  try {
    const before = await memory();
    // Eighty fragments of one byte in each datagram. The message has 200 bytes, so it is never complete.
    const bytes = Array.from({ length: 80 }, (_, n) =>
      messageFragment({ ...EXCHANGE, length: 200, offset: n, body: Buffer.from([n]) }),
    );
    const datagram = clearRecord(22, Buffer.concat(bytes));
    for (let n = 0; n < 10_000; n++) {
      attacker.send(datagram);
      if (n % 30 === 0) await delay(10);
    }
    await delay(3_000);
    expect((await memory()) - before).toBeLessThan(50);
  } finally {
    attacker.close();
    await host.close();
    await server.close();
  }
});
