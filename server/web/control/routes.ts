import { type Body, type BodyKind, findScene } from "../../protocol/control-schema.ts";
import { LightwallError } from "../../protocol/errors.ts";
import type { ClientMessage, ScreenFigures } from "../../protocol/messages.ts";
import type { Arranged, Hand, ScreenSeen, Show } from "../../protocol/wall.ts";
import type { Room } from "../../room/room.ts";

/** What the console sends as well. */
export type ControlCommand = Extract<
  ClientMessage,
  {
    type:
      | "arrange"
      | "close-room"
      | "flash-test"
      | "identify"
      | "protect"
      | "remove-screen"
      | "set-delay"
      | "set-show"
      | "set-stencil"
      | "stop";
  }
>;

/** A request, once the wall is found. */
interface Call<Kind extends BodyKind> {
  readonly room: Room;
  /** The id in the path; "" if it has none. */
  readonly id: string;
  readonly body: Body<Kind>;
  /** Carries out what the console would send. */
  run(command: ControlCommand): void;
}

/** A method of a path: what it takes, and what it does. */
export interface Method<Kind extends BodyKind = BodyKind> {
  /** Missing where the request has no body. */
  readonly takes?: Kind;
  /** Returns the body of the answer; undefined for none. */
  readonly answer: (call: Call<Kind>) => object | undefined;
}

/** What the events of a wall are asked for by; it has no answer that ends. */
export const EVENTS = "events";

/**
 * What programs can ask of a wall: below `/api/walls/<code>`, by path and method. `docs/doors.md` says what
 * each does, and `static/api/openapi.json` in the form of OpenAPI.
 */
export const ROUTES: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  "": {
    GET: { answer: ({ room }) => wallOf(room) },
    PATCH: method("wall", ({ room, body, run }) => {
      if (body.password !== undefined) run({ type: "protect", password: body.password });
      if (body.delayMs !== undefined) run({ type: "set-delay", delayMs: body.delayMs });
      return wallOf(room);
    }),
    DELETE: { answer: ({ run }) => run({ type: "close-room" }) as undefined },
  },
  show: {
    GET: { answer: ({ room }) => room.wall.show },
    PATCH: method("show", ({ room, body, run }) => {
      run({ type: "set-show", show: changed<Show>(room.wall.show, body) });
      return room.wall.show;
    }),
  },
  scene: {
    POST: method("scene", ({ room, body, run }) => {
      run({ type: "set-show", show: { ...room.wall.show, ...findScene(body.name).show } });
      return room.wall.show;
    }),
  },
  stencil: {
    PUT: method("stencil", ({ room, body, run }) => {
      run({ type: "set-stencil", stencil: body.stencil });
      return room.wall.show;
    }),
  },
  screens: {
    GET: { answer: ({ room }) => ({ screens: withFigures(room, room.wall.screens) }) },
    PATCH: method("screens", ({ room, body: { screens, keeps }, run }) => {
      const arranged = screens.map(({ id, ...change }) => changed(arrangedOf(seen(room, id)), change));
      run({ type: "arrange", screens: arranged, ...(keeps !== undefined && { keeps }) });
      return {
        screens: withFigures(
          room,
          screens.map(({ id }) => seen(room, id)),
        ),
      };
    }),
    DELETE: { answer: ({ run }) => run({ type: "remove-screen" }) as undefined },
  },
  "screens/{id}": {
    GET: { answer: ({ room, id }) => withFigures(room, [seen(room, id)])[0] },
    PATCH: method("screen", ({ room, id, body, run }) => {
      run({ type: "arrange", screens: [changed(arrangedOf(seen(room, id)), body)] });
      return withFigures(room, [seen(room, id)])[0];
    }),
    DELETE: {
      answer: ({ room, id, run }) => {
        if (seen(room, id).present) throw new LightwallError("screen-present");
        return run({ type: "remove-screen", id }) as undefined;
      },
    },
  },
  "screens/{id}/identify": {
    POST: { answer: ({ room, id, run }) => run({ type: "identify", id: seen(room, id).id }) as undefined },
  },
  identify: { POST: { answer: ({ run }) => run({ type: "identify" }) as undefined } },
  "flash-test": { POST: { answer: ({ run }) => run({ type: "flash-test" }) as undefined } },
  stop: { POST: { answer: ({ run }) => run({ type: "stop" }) as undefined } },
  stats: { GET: { answer: ({ room }) => room.feed.stats } },
};

/** A path below a wall, and the id in it. */
export function matchRoute(path: string): { route: string; id: string } | undefined {
  const [first = "", id, ...rest] = path.split("/");
  const route = id === undefined ? first : [first, "{id}", ...rest].join("/");
  return route === EVENTS || Object.hasOwn(ROUTES, route) ? { route, id: id ?? "" } : undefined;
}

function method<Kind extends BodyKind>(takes: Kind, answer: Method<Kind>["answer"]): Method {
  // The kind that it takes is the kind that it gets.
  return { takes, answer } as unknown as Method;
}

function wallOf({ code, status, password, timing }: Room): object {
  return { code, room: status, hasPassword: password.isSet, delay: timing.of("host").delay };
}

/** @throws LightwallError `screen-unknown` */
function seen({ wall }: Room, id: string): ScreenSeen {
  const screen = wall.seen(id);
  if (!screen) throw new LightwallError("screen-unknown");
  return screen;
}

/** Screens with their figures; null for those that are away, and in a large wall for some others. */
function withFigures({ feed }: Room, screens: readonly ScreenSeen[]) {
  const figures = new Map<string, ScreenFigures>(feed.stats.screens?.map((one) => [one.id, one]));
  return screens.map((screen) => ({ ...screen, figures: figures.get(screen.id) ?? null }));
}

function arrangedOf(screen: ScreenSeen): Arranged {
  const { id, name, x, y, width, height, band, locked, wholePicture, hand } = screen;
  return { id, name, x, y, width, height, band, locked, wholePicture, hand };
}

type Change<Value> = { [Key in keyof Value]?: Value[Key] | undefined };

/** A show or a screen with a change of it, as by a merge patch (RFC 7396). */
function changed<Value extends { hand: Hand }>(
  value: Value,
  { hand, ...change }: Change<Omit<Value, "hand">> & { hand?: Change<Hand> | undefined },
): Value {
  return { ...value, ...change, hand: { ...value.hand, ...hand } };
}
