import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

interface Content {
  content?: Record<string, { schema: object }>;
}

interface Operation {
  requestBody?: Content;
  responses: Record<string, Content>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** The description of the API, as the server serves it. */
export const DOCUMENT: OpenApi = JSON.parse(
  readFileSync(new URL("../../static/api/openapi.json", import.meta.url), "utf8"),
);

/** The same, but objects have no other properties than those that it names: answers must be complete. */
const STRICT = JSON.parse(JSON.stringify(DOCUMENT), (_key, value) =>
  value?.type === "object" && value.properties ? { ...value, additionalProperties: false } : value,
) as OpenApi;

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(STRICT, "api");

/** The path in the description that a path of a request is an instance of. */
export function describedPath(path: string): string | undefined {
  return Object.keys(DOCUMENT.paths).find((described) => {
    const pattern = described.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  });
}

/**
 * What is wrong with a body by the description; "" if nothing is.
 * @param status of the answer; undefined for the body of the request
 */
export function faultIn(
  { method, path, status }: { method: string; path: string; status?: number },
  type: string | null,
  body: unknown,
): string {
  const described = describedPath(path);
  const operation = described && STRICT.paths[described]?.[method.toLowerCase()];
  if (!operation) return `${method} ${path} is not described`;
  const answer = operation.responses[String(status)] ?? operation.responses.default;
  const { content } = (status === undefined ? operation.requestBody : answer) ?? {};
  if (content === undefined) return body === undefined ? "" : `${method} ${path} has a body`;
  const [plain = ""] = (type ?? "").split(";");
  const schema = content[plain]?.schema;
  if (!schema) return `${method} ${path} has ${type}`;
  const validate = ajv.compile(inDocument(schema));
  return validate(body) ? "" : `${method} ${path}: ${ajv.errorsText(validate.errors)}`;
}

/** A schema whose references are to the description. */
function inDocument(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
}
