import type { ServerMessage } from "#protocol/messages.ts";
import { words } from "./words.ts";

/** The server tells errors in English; translations are by code. */
const errors = words("shared/errors", {});

/** What the server says is wrong, in the language of the page. */
export function errorText({
  code,
  message,
}: Pick<Extract<ServerMessage, { type: "error" }>, "code" | "message">) {
  return (errors() as Record<string, string>)[code] ?? message;
}
