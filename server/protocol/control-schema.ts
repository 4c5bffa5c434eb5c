import * as v from "valibot";
import { LightwallError } from "./errors.ts";
import { PasswordSchema, SCREENS_MAX } from "./messages.ts";
import { MADE_SCENES } from "./scenes.ts";
import { StencilSchema } from "./stencil-schema.ts";
import { DelaySchema } from "./values-schema.ts";
import { ArrangedSchema, HandSchema, ScreenIdSchema, ShowSchema } from "./wall-schema.ts";

// The bodies of requests to the control API: parts of what a host's page sends, by the same schemas.

const hand = v.optional(v.partial(HandSchema));

/** What changes of the show. */
const ShowChangeSchema = v.partial(v.strictObject({ ...ShowSchema.entries, hand }));

const { id: _, ...screen } = ArrangedSchema.entries;
const { entries: changes } = v.partial(v.strictObject(screen));

/** What changes of a screen. */
const ScreenChangeSchema = v.strictObject({ ...changes, hand });

/** What each kind of request has as its body. */
export const BODIES = {
  wall: v.partial(v.strictObject({ delayMs: DelaySchema, password: PasswordSchema })),
  show: ShowChangeSchema,
  scene: v.strictObject({ name: v.pipe(v.string(), v.maxLength(64)) }),
  stencil: v.strictObject({ stencil: v.nullable(StencilSchema) }),
  screen: ScreenChangeSchema,
  screens: v.strictObject({
    screens: v.pipe(
      v.array(v.strictObject({ id: ScreenIdSchema, ...ScreenChangeSchema.entries })),
      v.maxLength(SCREENS_MAX),
    ),
    keeps: v.optional(v.boolean()),
  }),
};

export type BodyKind = keyof typeof BODIES;
export type Body<Kind extends BodyKind> = v.InferOutput<(typeof BODIES)[Kind]>;

/**
 * Reads the body of a request.
 * @throws LightwallError `not-json` | `message-invalid`, whose cause says where it is wrong
 */
export function readControlBody<Kind extends BodyKind>(kind: Kind, text: string): Body<Kind> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LightwallError("not-json", cause);
  }
  // Valibot takes an array for an object without any of its entries.
  if (Array.isArray(value)) throw new LightwallError("message-invalid", new Error("it must be an object"));
  const result = v.safeParse<(typeof BODIES)[BodyKind]>(BODIES[kind], value);
  if (result.success) return result.output as Body<Kind>;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw new LightwallError(
    "message-invalid",
    new Error(where === null ? issue.message : `${where}: ${issue.message}`),
  );
}

/**
 * A scene by its name for people or for programs, in any case and with any spaces.
 * @throws LightwallError `scene-unknown`
 */
export function findScene(name: string): (typeof MADE_SCENES)[keyof typeof MADE_SCENES] {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, "");
  const [, found] = Object.entries(MADE_SCENES).find(([key]) => plain(key) === plain(name)) ?? [];
  if (!found) throw new LightwallError("scene-unknown");
  return found;
}
