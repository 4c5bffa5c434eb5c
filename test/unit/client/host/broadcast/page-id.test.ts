import { beforeEach, describe, expect, test } from "vitest";
import { PAGE_KEY, pageId } from "../../../../../client/host/broadcast/page-id.ts";
import { memoryStorage } from "../../../../support/storage.ts";

let tab: Storage;
let page: EventTarget;

beforeEach(() => {
  tab = memoryStorage();
  page = new EventTarget();
});

describe("the id of a page", () => {
  test("is new in each tab, and stays over a reload", () => {
    const id = pageId(tab, page);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    page.dispatchEvent(new Event("pagehide"));
    expect(pageId(tab, new EventTarget())).toBe(id);
    expect(pageId(memoryStorage(), new EventTarget())).not.toBe(id);
  });

  test("is not in a tab that is duplicated while the page is shown", () => {
    pageId(tab, page);
    expect(tab.getItem(PAGE_KEY)).toBeNull();
    page.dispatchEvent(new Event("pagehide"));
    page.dispatchEvent(new Event("pageshow"));
    expect(tab.getItem(PAGE_KEY)).toBeNull();
  });

  test("replaces a stored one that the server would not take", () => {
    tab.setItem(PAGE_KEY, "two words");
    expect(pageId(tab, page)).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is new at each load where the browser forbids storage", () => {
    const forbid = () => {
      throw new DOMException("forbidden", "SecurityError");
    };
    const forbidden = { ...tab, getItem: forbid } as Storage;
    expect(pageId(forbidden, page)).not.toBe(pageId(forbidden, page));
  });
});
