import { ref } from "./schemas.ts";

// The paths of the server that are not of the control API, pages apart.

const parameter = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });
const CODE = parameter("code");
const OPEN = { security: [] };

const PROBLEM = {
  description: "A refusal (RFC 9457)",
  content: { "application/problem+json": { schema: ref("Problem") } },
};
const TEXT = { schema: { type: "string" } };

/** An answer of a type. */
const answer = (description: string, type: string, schema: object = { type: "object" }) => ({
  description,
  content: { [type]: { schema } },
});

const json = (summary: string) => ({
  summary,
  ...OPEN,
  responses: { 200: answer("JSON", "application/json") },
});

const sdp = { required: true, content: { "application/sdp": TEXT } };
const fragment = { required: true, content: { "application/trickle-ice-sdpfrag": TEXT } };
const session = { "200": { description: "Ended" }, default: PROBLEM };

/** The endpoint and the sessions of WHIP or WHEP. */
const door = (name: string, summary: string, token: string) => ({
  [`/w/{code}/${name}`]: {
    parameters: [CODE],
    post: {
      summary: `${summary}. The bearer token is ${token}`,
      requestBody: sdp,
      responses: { 201: answer("The answer", "application/sdp", TEXT.schema), default: PROBLEM },
    },
  },
  [`/w/{code}/${name}/{session}`]: {
    parameters: [CODE, parameter("session")],
    patch: {
      summary: "Takes ICE candidates",
      requestBody: fragment,
      responses: { 204: { description: "Taken" }, default: PROBLEM },
    },
    delete: { summary: "Ends the session", responses: session },
  },
});

export const OTHER_PATHS: Readonly<Record<string, object>> = {
  "/api/scenes": {
    get: {
      summary: "The scenes that every wall has",
      ...OPEN,
      responses: { 200: answer("Scenes", "application/json", ref("Scenes")), default: PROBLEM },
    },
  },
  ...door("whip", "Sends a wall its sound (RFC 9725)", "the wall's host key"),
  ...door("whep", "Receives a wall's sound", "the wall's password, if it has one"),
  "/admin/walls": {
    get: {
      summary: "All walls, and the load of the server. The bearer token is ADMIN_TOKEN",
      responses: { 200: answer("Walls", "application/json"), default: { description: "Refused" } },
    },
  },
  "/admin/walls/{code}": {
    parameters: [CODE],
    delete: {
      summary: "Closes a wall. The bearer token is ADMIN_TOKEN",
      responses: { 204: { description: "Closed" }, default: { description: "Refused" } },
    },
  },
  "/healthz": { get: json("Whether the server runs") },
  "/readyz": {
    get: {
      ...json("Whether the server admits new pages"),
      responses: {
        200: answer("It does", "application/json"),
        503: answer("It does not", "application/json"),
      },
    },
  },
  "/metrics": {
    get: {
      summary: "Metrics for Prometheus. From other machines the bearer token is METRICS_TOKEN",
      responses: { 200: answer("Metrics", "text/plain", TEXT.schema), default: { description: "Refused" } },
    },
  },
  "/lan.json": { get: json("The addresses of the server on its own network, for that network") },
  "/stencil/{code}/{id}": {
    parameters: [CODE, parameter("id")],
    get: {
      summary: "The stencil of a wall, compressed with gzip",
      ...OPEN,
      responses: {
        200: answer("Width and height, and a byte for each pixel", "application/octet-stream", TEXT.schema),
        404: { description: "The wall has another one" },
      },
    },
  },
};
