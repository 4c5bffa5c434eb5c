import { parentPort, workerData } from "node:worker_threads";
import { HandshakeThread } from "./handshake-thread.ts";
import { BEAT } from "./heartbeat.ts";
import type { DtlsCertificate, HandshakeWorkerCommand } from "./messages.ts";

/** Entry of the thread that does DTLS for all media threads. */
// What stays of a handshake is a few short buffers; each would keep a whole shared slab of 8 KB alive.
Buffer.poolSize = 0;
const thread = new HandshakeThread((workerData as { certificate: DtlsCertificate }).certificate);
let beatenAt = 0;
parentPort!.on("message", (command: HandshakeWorkerCommand) => {
  if (command === "close") parentPort!.close();
  else {
    // Messages that wait are handled at a stretch, with no timer in between: with many handshakes that takes
    // seconds.
    command.on("message", () => {
      if (performance.now() - beatenAt > BEAT) beat();
    });
    thread.attach(command);
  }
});
beat();
setInterval(beat, BEAT).unref();

/** Tells the main thread that this one works. */
function beat(): void {
  beatenAt = performance.now();
  parentPort!.postMessage("beat");
}
