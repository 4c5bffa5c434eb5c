import { signal } from "@preact/signals";
import { WALL_NAME_MAX } from "../../shared/own-wall.ts";
import { ownWall, renameWall } from "../../shared/walls.ts";
import { wallName } from "../../words/en/join.ts";
import { TypedField } from "../ui/typed-field.tsx";

/** What the host calls the wall; "" if it has given no name. */
const name = signal("");

/** Reads the name of a wall that this page hosts. */
export function readWallName(code: string): void {
  name.value = ownWall(code)?.name ?? "";
}

/** What the host calls the wall, or its code. */
export function wallTitle(code: string): string {
  return name.value || code;
}

/** Names the wall, for its host only: the start page lists it by its name. */
export function WallNameField({ code }: { code: string }) {
  return (
    <label class="field">
      <span class="small quiet">{wallName().name}</span>
      <TypedField
        type="text"
        dir="auto"
        textMax={WALL_NAME_MAX}
        placeholder={wallName().forYou}
        value={name.value}
        onCommit={(field) => {
          renameWall(code, field.value);
          readWallName(code);
        }}
        data-testid="wall-name"
      />
    </label>
  );
}
