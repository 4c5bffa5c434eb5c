import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Certificate } from "./handshake.ts";
import { HandshakeThread } from "./handshake-thread.ts";
import { useNativeX25519 } from "./x25519.ts";

/** Entry of the thread that does DTLS for all media threads; each message brings the port of one. */
useNativeX25519();
// What stays of a handshake is a few short buffers; each would keep a whole shared slab of 8 KB alive.
Buffer.poolSize = 0;
const thread = new HandshakeThread((workerData as { certificate: Certificate }).certificate);
parentPort!.on("message", (port: MessagePort) => thread.attach(port));
