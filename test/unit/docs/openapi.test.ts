import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { openApi } from "../../../scripts/openapi/document.ts";
import { MADE_SCENES } from "../../../server/protocol/scenes.ts";
import { EVENTS, ROUTES } from "../../../server/web/control/routes.ts";
import { DOCUMENT, describedPath, faultIn } from "../../support/open-api.ts";
import { readSources } from "../../support/source-tree.ts";

test("the file is what “npm run openapi” writes", () => {
  expect(DOCUMENT).toEqual(JSON.parse(JSON.stringify(openApi())));
});

test("the file is an OpenAPI 3.1 document", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(DOCUMENT)));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

describe("every route of the server is described, and no other", () => {
  const described = (path: string) =>
    Object.keys(DOCUMENT.paths[path] ?? {}).filter((key) => key !== "parameters");

  test("of the control API", () => {
    const below = "/api/walls/{code}";
    const paths = Object.keys(DOCUMENT.paths).filter((path) => path.startsWith(below));
    const routes = [...Object.keys(ROUTES), EVENTS].map((route) => below + (route && `/${route}`));
    expect(paths.toSorted()).toEqual(routes.toSorted());
    for (const [route, methods] of Object.entries(ROUTES)) {
      const named = Object.keys(methods).map((method) => method.toLowerCase());
      expect(described(below + (route && `/${route}`))).toEqual(named);
    }
  });

  test("of the rest of the server, pages apart", () => {
    const others = Object.keys(DOCUMENT.paths).filter((path) => !path.startsWith("/api/walls/"));
    const parts = new Set(others.map((path) => path.replace(/\/\{.*/, "")));
    /** Every literal path in the source, and the beginning of every pattern of one. */
    const text = readSources("server/web/**/*.ts").map((source) => source.text);
    const literals = text.flatMap((one) =>
      [...one.matchAll(/"(\/[a-z][\w./-]*)"/g)].map(([, path]) => path!),
    );
    const patterns = text.flatMap((one) =>
      [...one.matchAll(/= \/\^((?:\\\/[a-z]+)+)\\\/\(/g)].map(([, path]) => path!.replaceAll("\\/", "/")),
    );
    const isPage = (path: string) =>
      path.endsWith(".html") || /^\/(admin|check|trust)\/?$/.test(path) || path === "/lang";
    // OpenAPI has no WebSockets; docs/protocol.md describes this one.
    const routes = [...literals, ...patterns].filter(
      (path) => !isPage(path) && path !== "/api/walls" && path !== "/ws",
    );
    expect([...new Set(routes)].sort()).toEqual([...parts].sort());
  });
});

test("a body that lacks a part, or has one too many, does not fit its description", () => {
  const stats = { method: "GET", path: "/api/walls/K7QXM/stats", status: 200 };
  expect(faultIn(stats, "application/json", { listeners: 1 })).toContain("connected");
  const show = { method: "PATCH", path: "/api/walls/K7QXM/show" };
  expect(faultIn(show, "application/json", { energy: 1 })).toBe("");
  expect(faultIn(show, "application/json", { energy: 9 })).toContain("energy");
  expect(faultIn(show, "application/json", { colour: "red" })).not.toBe("");
  expect(describedPath("/api/walls/K7QXM/lights")).toBeUndefined();
});

test("scenes are called in the console as programs call them", async () => {
  const { sceneNames } = await import("../../../client/words/en/scenes.ts");
  const names = Object.entries(MADE_SCENES).map(([key, { name }]) => [key, name]);
  expect(Object.entries(sceneNames.english)).toEqual(names);
});
