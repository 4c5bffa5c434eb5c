import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Ports that a system gives nobody by itself: Linux and IANA begin those at 32,768 and 49,152 (RFC 6335 §6).
 * So no connection of another test takes a port between the question whether it is free and its use.
 */
const FIRST = 15_000;
const END = 32_000;

/** A port that is free now, for TCP and UDP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    if ((await isFreeForUdp(port)) && (await isFreeForTcp(port))) return port;
  }
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  const isFree = once(socket, "listening").then(
    () => true,
    () => false,
  );
  socket.bind(port, "127.0.0.1");
  await isFree;
  socket.close();
  return isFree;
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  const isFree = once(server, "listening").then(
    () => true,
    () => false,
  );
  server.listen(port, "127.0.0.1");
  if (await isFree) {
    server.close();
    await once(server, "close");
  }
  return isFree;
}
