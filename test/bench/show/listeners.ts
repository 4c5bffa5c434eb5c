/**
 * Listeners of one wall: `listeners.ts <port> <code> <count>`. Prints `joined` when all of them have, and,
 * after the end of its input, how many `show` messages they have got together.
 */
import { once } from "node:events";
import { WebSocket } from "ws";

const [port, code, count] = process.argv.slice(2);
/** Joins that are under way at the same time. */
const JOINING_MAX = 50;
const SHOW = Buffer.from('{"type":"show"');

let received = 0;

async function join(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello", version: 2 }));
  socket.send(JSON.stringify({ type: "join", code }));
  await new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      // Not parsed: the listeners share the machine with the server.
      if (data.subarray(0, SHOW.length).equals(SHOW)) received++;
      else if (data.includes('"type":"joined"')) resolve();
    });
  });
  socket.on("close", () => console.error("a listener was cut off"));
}

let left = Number(count);
async function joinInTurn(): Promise<void> {
  while (left-- > 0) await join();
}

await Promise.all(Array.from({ length: JOINING_MAX }, joinInTurn));
console.log("joined");
process.stdin.resume();
await once(process.stdin, "end");
console.log(received);
process.exit();
