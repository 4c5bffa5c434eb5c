import type { Context, Middleware, Next } from "koa";
import type { Logger } from "pino";
import { networkOf } from "../../net/address.ts";
import type { Origins } from "../../net/origins.ts";
import type { Proxies, RequestSource } from "../../net/proxies.ts";
import { readControlBody } from "../../protocol/control-schema.ts";
import { codeOf } from "../../protocol/errors.ts";
import { MADE_SCENES } from "../../protocol/scenes.ts";
import { readCode } from "../../protocol/typed-code.ts";
import type { Room } from "../../room/room.ts";
import type { Watcher } from "../../room/watchers.ts";
import { tokenOf } from "../bearer.ts";
import { Bodies } from "../body.ts";
import { allowOrigin } from "../cross-origin.ts";
import { refuse, refuseMethod, refuseWith } from "../door-replies.ts";
import { EventStream } from "./events.ts";
import { type ControlCommand, EVENTS, type Method, matchRoute, ROUTES } from "./routes.ts";

export interface ControlOptions {
  /** Walls in the hands of programs; `Control` in `server/signal`. */
  readonly control: {
    find(request: { code: string; hostKey: string; address: string }): Promise<Room>;
    run(room: Room, command: ControlCommand): void;
    watch(room: Room, address: string, watcher: Watcher): () => void;
  };
  readonly origins: Origins;
  readonly proxies: Proxies;
  /** How many of the requests one network may send at the same time, percent. */
  readonly networkShare: number;
  readonly log: Logger;
}

/** Path of a wall, and behind it of a part of it. */
const PATH = /^\/api\/walls\/([^/]+)(?:\/(.+?))?\/?$/;
const SCENES_PATH = "/api/scenes";
const BODY_TYPE = "application/json";

/** A request that is allowed, and whose path exists. */
interface Request {
  readonly route: string;
  readonly id: string;
  readonly code: string;
  readonly hostKey: string;
  readonly source: RequestSource;
}

/**
 * Serves the control API at `/api/walls/<code>`: programs that show a wall's host key set what its console
 * can set, and follow what happens. `/api/scenes` lists the scenes that every wall has. `docs/doors.md`
 * describes all of it.
 */
export function createControl({ control, origins, proxies, networkShare, log }: ControlOptions): Middleware {
  const bodies = new Bodies(networkShare);

  return async (ctx: Context, next: Next) => {
    if (ctx.path === SCENES_PATH) {
      listScenes(ctx);
      return;
    }
    const [, typed = "", rest = ""] = PATH.exec(ctx.path) ?? [];
    if (typed === "") return next();
    const source = proxies.sourceOf(ctx.req);
    ctx.set("Cache-Control", "no-store");
    const { route = "", id = "" } = matchRoute(rest) ?? {};
    const isKnown = rest === "" || route !== "";
    const methods = [...Object.keys(ROUTES[route] ?? { GET: EVENTS }), "OPTIONS"].join(", ");
    if (!allowOrigin(ctx, { origins, source, methods, accepts: BODY_TYPE })) return;
    const read = readCode(typed);
    if (!("code" in read)) return refuseWith(ctx, 404, "No wall can have this code.");
    if (!isKnown) return refuseWith(ctx, 404, "A wall has no such part.");
    const hostKey = tokenOf(ctx);
    if (hostKey === "") return refuseWith(ctx, 401, "The wall's host key is missing.");
    const request = { route, id, code: read.code, hostKey, source };
    try {
      if (route === EVENTS && ctx.method === "GET") await follow(ctx, request);
      else if (isMethod(route, ctx.method)) await answer(ctx, ROUTES[route]![ctx.method]!, request);
      else refuseMethod(ctx, methods);
    } catch (error) {
      const isGone = ctx.req.destroyed && !ctx.req.complete;
      if (!isGone) explain(ctx, error);
    }
  };

  /** Reads, sets, or lets something happen. */
  async function answer(ctx: Context, method: Method, { id, source, ...key }: Request): Promise<void> {
    const { address } = source;
    const { takes } = method;
    if (takes !== undefined && ctx.request.type !== BODY_TYPE)
      return refuseWith(ctx, 415, `The body must be ${BODY_TYPE}.`);
    const text = takes === undefined ? "" : await bodies.receive(ctx.req, networkOf(address));
    // From here on at once: the wall may be closed at any other time.
    const room = await control.find({ ...key, address });
    const body = takes === undefined ? {} : readControlBody(takes, text);
    const answered = method.answer({ room, id, body, run: (command) => control.run(room, command) });
    // Koa answers 204 without a body.
    ctx.body = answered ?? null;
  }

  /** Sends what happens, until one side ends it. */
  async function follow(ctx: Context, { code, hostKey, source: { address } }: Request): Promise<void> {
    const room = await control.find({ code, hostKey, address });
    const stream = new EventStream(ctx.res);
    try {
      stream.body.once("close", control.watch(room, address, stream));
    } catch (error) {
      stream.body.destroy();
      throw error;
    }
    ctx.type = "text/event-stream";
    // A proxy must not gather events (nginx).
    ctx.set("X-Accel-Buffering", "no");
    ctx.body = stream.body;
  }

  function explain(ctx: Context, error: unknown): void {
    const code = codeOf(error);
    const { cause } = error as { cause?: unknown };
    // Its text is for pages. A program's author needs to know where it is wrong.
    if (code === "message-invalid" && cause instanceof Error) refuseWith(ctx, 400, cause.message, code);
    else refuse(ctx, error, log);
  }
}

function isMethod(route: string, method: string): boolean {
  return Object.hasOwn(ROUTES[route] ?? {}, method);
}

/** The scenes that every wall has. They are no secret. */
function listScenes(ctx: Context): void {
  ctx.set("Cache-Control", "no-cache");
  if (ctx.method === "GET") ctx.body = { scenes: Object.values(MADE_SCENES) };
  else refuseMethod(ctx, "GET");
}
