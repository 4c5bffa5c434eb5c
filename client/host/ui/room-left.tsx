import { typing } from "../../words/en/typing.ts";

/** The share of a field's length from which on the room left is said. */
const SAID_FROM = 0.75;

/** How much more may be typed into a field, once it is nearly full: it is cut when its person is done. */
export function RoomLeft({ text, max }: { text: string; max: number }) {
  const left = max - text.length;
  const isSaid = text.length >= SAID_FROM * max;
  return (
    <span class={left < 0 ? "room-left alert" : "room-left quiet"} role="status" data-testid="room-left">
      {isSaid && (left < 0 ? typing().tooMany(-left) : typing().left(left))}
    </span>
  );
}
