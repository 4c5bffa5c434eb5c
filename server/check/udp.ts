import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";

/**
 * Sends a datagram, again and again, until one comes back that is an answer.
 * @returns how long the answer took, ms; undefined if none came
 */
export async function exchange(options: {
  readonly address: string;
  readonly port: number;
  readonly datagram: Buffer;
  isAnswer(datagram: Buffer): boolean;
  readonly timeoutMs: number;
}): Promise<number | undefined> {
  const { address, port, datagram, isAnswer, timeoutMs } = options;
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  const ending = new AbortController();
  const timeout = setTimeout(() => ending.abort(), timeoutMs);
  const sentAt = performance.now();
  // An error, such as a network without a route, is no answer either.
  socket.on("error", () => ending.abort());
  const send = () => socket.send(datagram, port, address, (error) => error && ending.abort());
  const repeating = setInterval(send, REPEAT_MS);
  send();
  try {
    for (;;) {
      const [answer] = (await once(socket, "message", { signal: ending.signal })) as [Buffer];
      if (isAnswer(answer)) return performance.now() - sentAt;
    }
  } catch {
    return;
  } finally {
    clearTimeout(timeout);
    clearInterval(repeating);
    socket.close();
  }
}

/** Time between two datagrams, ms: the first retransmission of STUN (RFC 8489 §6.2.1). */
const REPEAT_MS = 500;
