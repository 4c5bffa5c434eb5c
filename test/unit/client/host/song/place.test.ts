import { expect, test } from "vitest";
import { keepPlace, PLACE_KEY, readPlace } from "../../../../../client/host/song/place.ts";
import { memoryStorage } from "../../../../support/storage.ts";

test("the place in the queue is read as it was kept", () => {
  const storage = memoryStorage();
  const place = { id: "a", at: 61.5, wasPlaying: true };
  keepPlace(place, storage);
  expect(readPlace(storage)).toEqual(place);
});

test.each(["", "no json", "null", "7", '{"id":7,"at":1}', '{"id":"a","at":-1}', '{"id":"a","at":null}'])(
  "there is no place if storage holds %j",
  (stored) => {
    const storage = memoryStorage();
    storage.setItem(PLACE_KEY, stored);
    expect(readPlace(storage)).toBeUndefined();
  },
);
