import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostBroadcast } from "../../../../../client/host/broadcast/host-broadcast.ts";
import {
  clearHostPage,
  connectMedia,
  error,
  goLiveOn,
  join,
  OWN,
  PAGE,
  setHostPage,
} from "../../../../support/host-page.ts";
import { PageSocket } from "../../../../support/page-socket.ts";

let broadcast: HostBroadcast;

beforeEach(() => {
  setHostPage();
  broadcast = new HostBroadcast(OWN, PAGE);
});

afterEach(clearHostPage);

const joins = () => PageSocket.all.flatMap((socket) => socket.sentOf("join"));

/** The server refuses the page, because another one hosts the wall. */
function refuse(): void {
  PageSocket.last.accept();
  PageSocket.last.deliver(error("host-present", "join"));
}

/** Another page takes the wall over from this one. */
function replace(): void {
  PageSocket.last.deliver(error("host-replaced"));
  PageSocket.last.drop(4409);
}

function becomeVisible(): void {
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("a page that opens while another one hosts the wall", () => {
  beforeEach(refuse);

  test("says so, disconnects, and does not ask again by itself", async () => {
    expect(broadcast.phase.value).toBe("elsewhere");
    expect(broadcast.wasLive.value).toBe(false);
    expect(joins()).toEqual([{ type: "join", ...OWN, page: PAGE }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(PageSocket.all).toHaveLength(1);
  });

  test("takes the wall over when the person wants it, also over a lost connection, once", () => {
    broadcast.hostHere();
    expect(broadcast.phase.value).toBe("connecting");
    PageSocket.last.accept();
    PageSocket.last.drop();
    vi.advanceTimersByTime(250);
    join();
    expect(broadcast.phase.value).toBe("ready");
    PageSocket.last.drop();
    vi.advanceTimersByTime(250);
    join();
    const taking = { type: "join", ...OWN, page: PAGE, takeOver: true };
    expect(joins().slice(1)).toEqual([taking, taking, { type: "join", ...OWN, page: PAGE }]);
  });

  test.each([
    ["the person tries again", () => broadcast.retry()],
    ["a person comes back to it", becomeVisible],
  ])("joins without taking over when %s", (_when, act) => {
    act();
    refuse();
    expect(broadcast.phase.value).toBe("elsewhere");
    act();
    expect(broadcast.phase.value).toBe("elsewhere");
    join();
    expect(broadcast.phase.value).toBe("ready");
    expect(joins().filter(({ takeOver }) => takeOver)).toEqual([]);
  });

  test("gives up a try for which there is no server", async () => {
    broadcast.retry();
    PageSocket.last.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broadcast.phase.value).toBe("elsewhere");
    expect(PageSocket.all).toHaveLength(2);
  });
});

describe("a page from which another one takes the wall over", () => {
  test("ends its connection and its broadcast, and is live again when it takes the wall back", async () => {
    join();
    await goLiveOn(broadcast);
    replace();
    expect(broadcast.phase.value).toBe("replaced");
    expect(broadcast.onAir.value).toBe("off");
    expect(broadcast.wasLive.value).toBe(true);
    becomeVisible();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(PageSocket.all).toHaveLength(1);

    broadcast.hostHere();
    join();
    expect(broadcast.phase.value).toBe("ready");
    expect(joins().at(-1)).toMatchObject({ takeOver: true });
    await connectMedia();
    expect(broadcast.onAir.value).toBe("live");
    expect(broadcast.wasLive.value).toBe(false);
  });

  test("is not live when it takes the wall back if it was not", async () => {
    join();
    await goLiveOn(broadcast);
    broadcast.stop();
    replace();
    expect(broadcast.wasLive.value).toBe(false);
    broadcast.hostHere();
    join();
    await vi.advanceTimersByTimeAsync(0);
    expect(broadcast.onAir.value).toBe("off");
    expect(PageSocket.last.sentOf("offer")).toEqual([]);
  });

  test("while it was cut off, asks first and then goes on as before", async () => {
    join();
    await goLiveOn(broadcast);
    PageSocket.last.drop();
    vi.advanceTimersByTime(250);
    refuse();
    expect(broadcast.phase.value).toBe("elsewhere");
    expect(broadcast.wasLive.value).toBe(true);
    becomeVisible();
    expect(PageSocket.all).toHaveLength(2);
    broadcast.retry();
    refuse();
    expect(broadcast.wasLive.value).toBe(true);
    broadcast.retry();
    join();
    await connectMedia();
    expect(broadcast.onAir.value).toBe("live");
  });
});
