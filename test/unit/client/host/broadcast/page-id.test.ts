import { describe, expect, test } from "vitest";
import { PAGE_KEY, pageId } from "../../../../../client/host/broadcast/page-id.ts";
import { memoryStorage } from "../../../../support/storage.ts";

describe("the id of a page", () => {
  test("is new in each tab, and stays over reloads and links within the tab", () => {
    const tab = memoryStorage();
    const id = pageId(tab, "navigate");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(pageId(tab, "reload")).toBe(id);
    expect(pageId(tab, "navigate")).toBe(id);
    expect(pageId(memoryStorage(), "navigate")).not.toBe(id);
  });

  test("is new in a tab that was duplicated", () => {
    const tab = memoryStorage();
    const id = pageId(tab, "navigate");
    const duplicate = pageId(tab, "back_forward");
    expect(duplicate).not.toBe(id);
    expect(pageId(tab, "reload")).toBe(duplicate);
  });

  test("replaces a stored one that the server would not take", () => {
    const tab = memoryStorage();
    tab.setItem(PAGE_KEY, "two words");
    expect(pageId(tab, "reload")).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is new at each load where the browser forbids storage", () => {
    const forbidden = {
      ...memoryStorage(),
      getItem: () => {
        throw new Error("forbidden");
      },
    } as Storage;
    expect(pageId(forbidden, "reload")).not.toBe(pageId(forbidden, "reload"));
  });
});
