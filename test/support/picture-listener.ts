import type { Page } from "playwright-core";
import type { RoomStatus } from "../../server/protocol/messages.ts";

/** What the page of a listener keeps for the test. */
interface Watching {
  pc: RTCPeerConnection;
  room: RoomStatus;
}

/** Pictures that a listener has received. */
export interface Seen {
  /** Pictures decoded since the beginning. */
  decoded: number;
  /** Of the layer that it gets, px. */
  width: number;
}

/** Makes a page of the server's origin a listener of a wall that plays the pictures that it gets. */
export async function watchPictures(page: Page, code: string): Promise<void> {
  await page.evaluate(async (code) => {
    const pc = new RTCPeerConnection();
    for (const kind of ["audio", "video", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
    pc.ontrack = ({ track }) => {
      const element = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
      element.srcObject = new MediaStream([track]);
      document.body.append(element);
    };
    await pc.setLocalDescription();
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`);
    const send = (message: unknown) => socket.send(JSON.stringify(message));
    socket.onopen = () => {
      send({ type: "hello", version: 2 });
      send({ type: "join", code });
    };
    await new Promise<void>((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        const message = typeof data === "string" ? JSON.parse(data) : {};
        if (message.room) Object.assign(globalThis, { room: message.room });
        if (message.type === "joined") send({ type: "offer", sdp: pc.localDescription!.sdp });
        if (message.type === "answer")
          pc.setRemoteDescription({ type: "answer", sdp: message.sdp }).then(resolve, reject);
        if (message.type === "error") reject(new Error(data));
      };
    });
    Object.assign(globalThis, { pc });
  }, code);
}

/** What the listener has been told of the wall last. */
export function told(page: Page): Promise<RoomStatus> {
  return page.evaluate(() => (globalThis as unknown as Watching).room);
}

/** What the listener has received of both layers together. */
export function seen(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const stats = [...(await (globalThis as unknown as Watching).pc.getStats()).values()];
    const received = stats.filter(({ type, kind }) => type === "inbound-rtp" && kind === "video");
    const decoded = received.reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0);
    const lastOf = ({ lastPacketReceivedTimestamp = 0 }) => lastPacketReceivedTimestamp;
    const [last] = received.sort((a, b) => lastOf(b) - lastOf(a));
    return { decoded, width: last?.frameWidth ?? 0 };
  });
}
