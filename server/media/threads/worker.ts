import { parentPort, workerData } from "node:worker_threads";
import type { WorkerData } from "./messages.ts";

/**
 * Entry of every worker thread. Each loads the modules of its own kind only: a handshake thread needs no
 * fan-out, and a media thread no DTLS. Messages that arrive before the modules have loaded wait in the port.
 */
const data = workerData as WorkerData;
if (data.kind === "media") {
  const { runMediaThread } = await import("./media-thread.ts");
  runMediaThread(parentPort!, data);
} else if (data.kind === "relay") {
  const { runRelayThread } = await import("./relay-thread.ts");
  await runRelayThread(parentPort!, data);
} else {
  const { runHandshakeThread } = await import("./handshake-thread.ts");
  runHandshakeThread(parentPort!, data.certificate);
}
