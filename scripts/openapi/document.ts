import { readFileSync } from "node:fs";
import type { BODIES } from "../../server/protocol/control-schema.ts";
import { EVENTS, ROUTES } from "../../server/web/control/routes.ts";
import { OTHER_PATHS } from "./other-paths.ts";
import { ref, schemas, TAKEN } from "./schemas.ts";

/** What a method of the API does, and the name of what it answers; without one it answers 204. */
type Told = readonly [summary: string, answers?: string];

/** What each method below `/api/walls/{code}` does. */
const TOLD: Readonly<Record<string, Readonly<Record<string, Told>>>> = {
  "": {
    GET: ["State of the wall, its wall delay, and whether it has a password", "Wall"],
    PATCH: ['Sets the password of the wall ("" for none) and its wall delay (null lets it follow)', "Wall"],
    DELETE: ["Closes the wall for good"],
  },
  show: {
    GET: ["What all screens do", "Show"],
    PATCH: ["Changes what all screens do; what is missing stays", "Show"],
  },
  scene: { POST: ["Shows one of the scenes that every wall has", "Show"] },
  stencil: { PUT: ["Sets the shape of the look `stencil`; null for the star", "Show"] },
  screens: {
    GET: ["All screens, also those that are away, with their figures", "Screens"],
    PATCH: ["Places, names and sets many screens; what is missing stays", "Screens"],
    DELETE: ["Removes all screens that are away"],
  },
  "screens/{id}": {
    GET: ["One screen", "Screen"],
    PATCH: ["Places, names and sets a screen; what is missing stays", "Screen"],
    DELETE: ["Removes a screen that is away"],
  },
  "screens/{id}/identify": { POST: ["The screen shows its number and name for a while"] },
  identify: { POST: ["All screens show their numbers and names for a while"] },
  "flash-test": { POST: ["All screens flash once a second for 20 seconds"] },
  stop: { POST: ["Ends the broadcast; the wall and its screens stay"] },
  stats: { GET: ["How screens receive the broadcast and keep time", "Stats"] },
};

const parameter = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});
const CODE = parameter("code", "The code of a wall");
const ID = parameter("id", "The id of a screen");

const PROBLEM = {
  description: "A refusal (RFC 9457)",
  content: { "application/problem+json": { schema: ref("Problem") } },
};

/** The API of the server as an OpenAPI 3.1 document. */
export function openApi() {
  const description = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(description) as { version: string };
  return {
    openapi: "3.1.0",
    info: {
      title: "Lightwall",
      version,
      description: "docs/doors.md describes the API, and docs/protocol.md the fields and codes.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: { ...controlPaths(), ...OTHER_PATHS },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The host key of the wall" },
      },
      schemas: schemas(),
    },
  };
}

function controlPaths(): Record<string, object> {
  const paths = Object.entries(ROUTES).map(([route, methods]) => {
    const operations = Object.entries(methods).map(([method, { takes }]) => {
      const [summary, answers] = TOLD[route]![method]!;
      return [method.toLowerCase(), operation(summary, takes, answers)] as const;
    });
    const parameters = route.includes("{id}") ? [CODE, ID] : [CODE];
    return [pathOf(route), { parameters, ...Object.fromEntries(operations) }] as const;
  });
  const events = {
    summary: "What happens, as server-sent events: room, show, screens, screen-removed, stats",
    responses: {
      200: { description: "Events", content: { "text/event-stream": { schema: { type: "string" } } } },
      default: PROBLEM,
    },
  };
  return { ...Object.fromEntries(paths), [pathOf(EVENTS)]: { parameters: [CODE], get: events } };
}

/** A path of the control API. */
function pathOf(route: string): string {
  return `/api/walls/{code}${route && `/${route}`}`;
}

function operation(summary: string, takes: keyof typeof BODIES | undefined, answers: string | undefined) {
  const success = answers
    ? { 200: { description: "Done", content: { "application/json": { schema: ref(answers) } } } }
    : { 204: { description: "Done" } };
  return {
    summary,
    ...(takes && {
      requestBody: { required: true, content: { "application/json": { schema: ref(TAKEN[takes]) } } },
    }),
    responses: { ...success, default: PROBLEM },
  };
}
