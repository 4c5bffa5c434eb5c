import { type ConversionConfig, type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { BODIES } from "../../server/protocol/control-schema.ts";
import { ERRORS } from "../../server/protocol/errors.ts";
import { PICTURE_SOURCES } from "../../server/protocol/messages.ts";
import { MADE_SCENES } from "../../server/protocol/scenes.ts";
import { RULES } from "../../server/protocol/wall-choices.ts";
import { ArrangedSchema, chosen, ScreenIdSchema, ShowSchema } from "../../server/protocol/wall-schema.ts";

// What the API takes is converted from the schemas that the server checks it by. What it answers has no such
// schemas, and is written down here.

type Schema = JsonSchema;

/** JSON Schema cannot say how texts are composed and edges rounded. */
const CONFIG: ConversionConfig = { target: "draft-2020-12", typeMode: "input", errorMode: "ignore" };

const number: Schema = { type: "number" };
const flag: Schema = { type: "boolean" };
const text: Schema = { type: "string" };
const figure: Schema = { type: ["number", "null"] };

/** A schema of the server, as a part of the document. */
function converted(schema: Parameters<typeof toJsonSchema>[0]): Schema {
  const { $schema: _, ...rest } = toJsonSchema(schema, CONFIG);
  // Defaults are for walls that were saved by earlier versions. In a change, what is missing stays.
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === "default" ? undefined : value)));
}

/** An object that has all of these properties. */
function whole(properties: Record<string, Schema>, further: Record<string, Schema> = {}): Schema {
  return {
    type: "object",
    properties: { ...properties, ...further },
    required: Object.keys(properties),
  };
}

/** The properties of an object that the server checks. */
function propertiesOf(schema: Parameters<typeof toJsonSchema>[0]): Record<string, Schema> {
  return converted(schema).properties as Record<string, Schema>;
}

/** A schema of the document, by its name. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

const figures = whole({
  id: converted(ScreenIdSchema),
  roundTripMs: figure,
  loss: figure,
  clockErrorMs: figure,
  neededMs: figure,
  latenessMs: figure,
  paintRate: figure,
  receives: { enum: ["udp", "relay", "socket", null] },
});

/** What a host sets of a screen; `wholePicture` is missing where it has not. */
const { wholePicture = flag, ...arranged } = propertiesOf(ArrangedSchema);

/** What is answered. */
const ANSWERS: Record<string, Schema> = {
  Wall: whole({
    code: text,
    room: ref("RoomStatus"),
    hasPassword: flag,
    delay: whole({ from: number, to: number, at: number, until: number, auto: flag }),
  }),
  RoomStatus: whole(
    {
      state: { enum: ["waiting", "live", "host-away", "closed"] },
      playing: flag,
      title: text,
    },
    {
      fromProgram: flag,
      picture: { enum: [...PICTURE_SOURCES] },
      muted: flag,
      stage: { ...text, description: "Id of the screen whose person is on stage." },
    },
  ),
  Show: whole(propertiesOf(ShowSchema)),
  Screen: whole(
    {
      ...arranged,
      number: { type: "integer", minimum: 1 },
      present: flag,
      onWall: flag,
      dealt: { anyOf: [whole({ index: number, of: number }), { type: "null" }] },
      chosen: whole({ band: converted(chosen.band), palette: converted(chosen.palette) }),
      figures: { anyOf: [figures, { type: "null" }] },
    },
    { wholePicture },
  ),
  Screens: whole({ screens: { type: "array", items: ref("Screen") } }),
  Stats: whole(
    {
      listeners: number,
      connected: number,
      overSocket: number,
      relayed: number,
      roundTripMs: figure,
      worstLoss: number,
      packetTimeMs: number,
      sync: whole({
        reporting: number,
        exact: number,
        neededMs: figure,
        latenessMs: figure,
        clockErrorMs: figure,
        outOfStep: number,
      }),
    },
    { screens: { type: "array", items: figures } },
  ),
  Scenes: whole({
    scenes: { type: "array", items: whole({ name: text, show: { type: "object" } }) },
  }),
  Problem: whole({ status: { type: "integer" }, detail: text }, { code: { enum: Object.keys(ERRORS) } }),
};

/** The names of what is taken, by the server's kinds of bodies. */
export const TAKEN = {
  wall: "WallChange",
  show: "ShowChange",
  scene: "SceneChoice",
  stencil: "StencilChoice",
  screen: "ScreenChange",
  screens: "ScreensChange",
} as const satisfies Record<keyof typeof BODIES, string>;

/** All schemas of the document, by name. */
export function schemas(): Record<string, Schema> {
  const taken = Object.entries(BODIES).map(([kind, schema]) => [
    TAKEN[kind as keyof typeof BODIES],
    converted(schema),
  ]);
  const all = { ...ANSWERS, ...(Object.fromEntries(taken) as Record<string, Schema>) };
  // The server also takes the rules of earlier versions, which none should use any more.
  for (const { properties } of [all.Show!, all.ShowChange!]) properties!.rule = { enum: [...RULES] };
  const names = Object.values(MADE_SCENES).map(({ name }) => name);
  Object.assign(all.SceneChoice!, {
    examples: [{ name: names[0] }],
    description: `One of: ${names.join(", ")}.`,
  });
  return all;
}
