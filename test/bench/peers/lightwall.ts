import { createInterface } from "node:readline";
import { pino } from "pino";
import { createEngine } from "../../../server/media/engine.ts";

/** The packet time in the answer to the host. The crowd's host ignores it. */
const PACKET_TIME_MS = 20;

/**
 * The media engine of Lightwall without the rest of the server. Reads offers and writes answers as lines of
 * JSON. Its argument is the number of media threads.
 */
const engine = await createEngine({
  host: "127.0.0.1",
  port: 0,
  announced: () => [{ address: "127.0.0.1", port: undefined }],
  workers: Number(process.argv[2]),
  log: pino({ level: "warn" }, pino.destination(2)),
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);

const offers = createInterface({ input: process.stdin });
offers.on("close", () => void engine.close());
offers.on("line", (line) => {
  const { id, role, sdp } = JSON.parse(line) as { id: number; role: "publish" | "subscribe"; sdp: string };
  const { answer } =
    role === "publish"
      ? engine.publish("BENCH", { offer: sdp }, PACKET_TIME_MS)
      : engine.subscribe("BENCH", { offer: sdp });
  process.stdout.write(`${JSON.stringify({ id, sdp: answer })}\n`);
});
