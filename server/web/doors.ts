import type { Context, Middleware, Next } from "koa";
import type { Logger } from "pino";
import { networkOf } from "../net/address.ts";
import type { Origins } from "../net/origins.ts";
import type { Proxies, RequestSource, Route } from "../net/proxies.ts";
import type { IceServer } from "../protocol/messages.ts";
import { readCode } from "../protocol/typed-code.ts";
import { tokenOf } from "./bearer.ts";
import { Bodies } from "./body.ts";
import { allowOrigin } from "./cross-origin.ts";
import { iceLinks, refuse, refuseMethod, refuseWith } from "./door-replies.ts";
import { siteFrom } from "./site.ts";

/** WHIP (RFC 9725) sends a wall its sound, WHEP (draft-ietf-wish-whep) receives it. */
type Door = "whip" | "whep";

/** The session of a program; `DoorSession` in `server/signal`. */
interface Session {
  readonly id: string;
  readonly etag: string;
  readonly answer: string;
  readonly iceServers: readonly IceServer[];
  admits(token: string): boolean;
  hasUfrag(ufrag: string): boolean;
  leave(reason: string): void;
}

/** What a program asks for. */
interface DoorRequest {
  readonly door: Door;
  readonly code: string;
  readonly token: string;
  readonly offer: string;
  readonly address: string;
  readonly route: Route;
}

export interface DoorsOptions {
  /** The sessions; `Doors` in `server/signal`. */
  readonly doors: {
    open(request: DoorRequest): Promise<Session>;
    find(door: Door, code: string, id: string): Session | undefined;
  };
  readonly origins: Origins;
  readonly proxies: Proxies;
  /** How many of the requests one network may send at the same time, percent. */
  readonly networkShare: number;
  readonly log: Logger;
}

/** Path of an endpoint, and behind it of a session. */
const PATH = /^\/w\/([^/]+)\/(whip|whep)(?:\/([^/]+))?\/?$/;

const OFFER_TYPE = "application/sdp";
const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";

/** What a session's URL and an endpoint take. RFC 9725 §4.2 reserves all other methods. */
const METHODS = { endpoint: "OPTIONS, POST", session: "OPTIONS, PATCH, DELETE" };

/**
 * Serves WHIP at `/w/<code>/whip` and WHEP at `/w/<code>/whep`, for programs that are no pages. An offer is
 * answered with 201 and the URL of a session, which ends by DELETE. `docs/doors.md` describes all answers.
 */
export function createDoors({ doors, origins, proxies, networkShare, log }: DoorsOptions): Middleware {
  const bodies = new Bodies(networkShare);

  return async (ctx: Context, next: Next) => {
    const [, typed = "", door, id] = PATH.exec(ctx.path) ?? [];
    if (door === undefined) return next();
    const source = proxies.sourceOf(ctx.req);
    const methods = id === undefined ? METHODS.endpoint : METHODS.session;
    ctx.set("Cache-Control", "no-store");
    if (!allowOrigin(ctx, { origins, source, methods, accepts: OFFER_TYPE })) return;
    const read = readCode(typed);
    if (!("code" in read)) return refuseWith(ctx, 404, "No wall can have this code.");
    try {
      if (id === undefined) await answer(ctx, door as Door, read.code, source);
      else await change(ctx, door as Door, read.code, id, source);
    } catch (error) {
      const isGone = ctx.req.destroyed && !ctx.req.complete;
      if (!isGone) refuse(ctx, error, log);
    }
  };

  /** Answers the offer of a program. */
  async function answer(ctx: Context, door: Door, code: string, source: RequestSource): Promise<void> {
    if (ctx.method !== "POST") return refuseMethod(ctx, METHODS.endpoint);
    if (ctx.request.type !== OFFER_TYPE) return refuseWith(ctx, 415, `The body must be ${OFFER_TYPE}.`);
    const token = tokenOf(ctx);
    if (door === "whip" && token === "") return refuseWith(ctx, 401, "The wall's host key is missing.");
    const { address, route } = source;
    const offer = await bodies.receive(ctx.req, networkOf(address));
    const session = await doors.open({ door, code, token, offer, address, route });
    ctx.status = 201;
    ctx.body = session.answer;
    ctx.type = OFFER_TYPE;
    // Relative: a proxy may serve all of it below a path of its site.
    ctx.set("Location", `${siteFrom(ctx.path)}w/${code}/${door}/${session.id}`);
    ctx.set("ETag", session.etag);
    ctx.set("Accept-Patch", FRAGMENT_TYPE);
    const links = iceLinks(session.iceServers);
    if (links.length > 0) ctx.set("Link", links);
  }

  /** Ends a session, or takes further ICE candidates of its program (RFC 9725 §4.3.2). */
  async function change(ctx: Context, door: Door, code: string, id: string, source: RequestSource) {
    if (ctx.method !== "DELETE" && ctx.method !== "PATCH") return refuseMethod(ctx, METHODS.session);
    const session = doors.find(door, code, id);
    if (!session) return refuseWith(ctx, 404, "There is no such session. It may have ended.");
    const token = tokenOf(ctx);
    if (!session.admits(token)) return refuseWith(ctx, token === "" ? 401 : 403, "Show the session's token.");
    if (ctx.method === "DELETE") {
      session.leave("ended by the program");
      ctx.status = 200;
      ctx.body = "";
      return;
    }
    if (ctx.request.type !== FRAGMENT_TYPE) return refuseWith(ctx, 415, `The body must be ${FRAGMENT_TYPE}.`);
    const tag = ctx.get("If-Match");
    const fragment = await bodies.receive(ctx.req, networkOf(source.address));
    const refusal = candidatesRefusal(session, tag, fragment);
    if (refusal) return refuseWith(ctx, ...refusal);
    // The server needs no candidates: its own are in the answer, and it sends where it was checked from.
    ctx.status = 204;
  }
}

/** Why ICE candidates of a session's program are refused: HTTP status and a sentence. */
function candidatesRefusal(session: Session, tag: string, fragment: string): [number, string] | undefined {
  const lines = fragment.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0 || !lines.every((line) => /^[a-z]=\S/.test(line)))
    return [400, "The body is no SDP fragment (RFC 8840)."];
  const ufrags = lines.filter((line) => line.startsWith("a=ice-ufrag:"));
  if (!ufrags.every((line) => session.hasUfrag(line.slice("a=ice-ufrag:".length))))
    return [422, "The server does not restart ICE. Make a new offer."];
  if (tag !== "" && tag !== "*" && tag !== session.etag) return [412, "The session has another ETag."];
}
