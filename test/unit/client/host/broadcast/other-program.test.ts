import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostBroadcast } from "../../../../../client/host/broadcast/host-broadcast.ts";
import type { ServerMessage } from "../../../../../server/protocol/messages.ts";
import {
  clearHostPage,
  error,
  goLiveOn,
  JOINED,
  join,
  OWN,
  PAGE,
  reconnect,
  setHostPage,
  TRACK,
} from "../../../../support/host-page.ts";
import { PageSocket } from "../../../../support/page-socket.ts";

const SENDS = { state: "live", playing: true, title: "", fromProgram: true } as const;
const BEGINS: ServerMessage = { type: "room", room: SENDS };
const ENDS: ServerMessage = { type: "room", room: { state: "waiting", playing: false, title: "" } };

let broadcast: HostBroadcast;

beforeEach(() => {
  setHostPage();
  broadcast = new HostBroadcast(OWN, PAGE);
});

afterEach(clearHostPage);

/** The server accepts the connection and the join, and says that another program sends. */
function joinBeside(): void {
  PageSocket.last.accept();
  PageSocket.last.deliver({ ...JOINED, room: SENDS } as ServerMessage);
}

const offers = () => PageSocket.all.flatMap((socket) => socket.sentOf("offer"));

describe("while another program sends the sound", () => {
  test("the page is the host, knows of it, and does not go live by itself", () => {
    joinBeside();
    expect(broadcast.phase.value).toBe("ready");
    expect(broadcast.fromProgram.value).toBe(true);
    expect(broadcast.isStopped.value).toBe(true);
    PageSocket.last.deliver(ENDS);
    expect(broadcast.fromProgram.value).toBe(false);
    expect(broadcast.isStopped.value).toBe(true);
  });

  test("a page that was live before its connection was lost does not offer its sound again", async () => {
    join();
    await goLiveOn(broadcast);
    reconnect();
    PageSocket.last.deliver({ ...JOINED, room: SENDS } as ServerMessage);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers()).toHaveLength(1);
    expect(broadcast.onAir.value).toBe("off");
  });

  test("a page whose media was lost just before does not offer its sound again", async () => {
    join();
    await goLiveOn(broadcast);
    PageSocket.last.deliver({ type: "media-closed", reason: "consent expired" });
    PageSocket.last.deliver(BEGINS);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers()).toHaveLength(1);
  });

  test("a page that takes the wall over from another page does not go on with its song", async () => {
    join();
    await goLiveOn(broadcast);
    PageSocket.last.deliver(error("host-replaced"));
    PageSocket.last.drop(4409);
    broadcast.hostHere();
    joinBeside();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers()).toHaveLength(1);
    expect(broadcast.wasLive.value).toBe(false);
  });

  test("the page is going live already when its song may go live by itself", () => {
    joinBeside();
    const states: string[] = [];
    const end = broadcast.isStopped.subscribe((isStopped) => {
      if (!isStopped) states.push(broadcast.onAir.peek());
    });
    broadcast.goLive(TRACK);
    end();
    expect(states).toEqual(["connecting"]);
  });

  test("the page goes live when its person wants it", async () => {
    joinBeside();
    broadcast.goLive(TRACK);
    await vi.advanceTimersByTimeAsync(0);
    expect(offers()).toHaveLength(1);
    PageSocket.last.deliver(ENDS);
    expect(broadcast.onAir.value).toBe("connecting");
  });
});
