import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { playFirst } from "../../../../../client/host/song/play-first.ts";

/** A player with a queue of songs: some cannot be played, some are taken out while they are opened. */
function playerOf(songs: Record<string, "good" | "bad" | "taken out">) {
  const problems = new Map(Object.keys(songs).map((id) => [id, ""]));
  const problem = signal("");
  const tried: string[] = [];
  return {
    tried,
    problem,
    queue: {
      find: (id: string | undefined) =>
        problems.has(id!) ? ({ id, problem: problems.get(id!) } as never) : undefined,
    },
    async select(id: string) {
      tried.push(id);
      if (songs[id] === "good") return;
      problem.value = `${id} cannot be played`;
      if (songs[id] === "bad") problems.set(id, problem.value);
      else problems.delete(id);
    },
  };
}

const play = async (player: ReturnType<typeof playerOf>, ...ids: string[]) => {
  const all = ids.values();
  await playFirst(player, () => all.next().value);
};

test("the first song that can be played is played, and the first that cannot is told", async () => {
  const player = playerOf({ a: "bad", b: "bad", c: "good", d: "good" });
  await play(player, "a", "b", "c", "d");
  expect(player.tried).toEqual(["a", "b", "c"]);
  expect(player.problem.value).toBe("a cannot be played");
});

test("songs that are taken out, before or while they are opened, are not missed", async () => {
  const player = playerOf({ a: "taken out", c: "good" });
  await play(player, "a", "b", "c");
  expect(player.tried).toEqual(["a", "c"]);
  expect(player.problem.value).toBe("");
});
