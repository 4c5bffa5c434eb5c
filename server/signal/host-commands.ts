import type { ClientMessage } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";

/** Messages that only the host of a wall may send. */
const TYPES = [
  "stop",
  "playback",
  "stage",
  "set-delay",
  "flash-test",
  "protect",
  "set-show",
  "set-stencil",
  "set-light-map",
  "arrange",
  "remove-screen",
  "identify",
  "close-room",
] as const satisfies readonly ClientMessage["type"][];

export type HostCommand = Extract<ClientMessage, { type: (typeof TYPES)[number] }>;

export function isHostCommand(message: ClientMessage): message is HostCommand {
  return (TYPES as readonly string[]).includes(message.type);
}

/** Carries out a command of a room's host. The caller has checked that it comes from the host. */
export function runHostCommand(rooms: Rooms, room: Room, command: HostCommand): void {
  switch (command.type) {
    case "stop":
      room.stop();
      break;
    case "playback":
      room.playback(command);
      break;
    case "stage":
      room.stage.give(command.screen);
      break;
    case "set-delay":
      room.timing.setDelay(command.delayMs);
      break;
    case "flash-test":
      room.timing.flashTest();
      break;
    case "protect":
      room.password.set(command.password);
      break;
    case "set-show":
      room.wall.setShow(command.show);
      break;
    case "set-stencil":
      room.light.setStencil(command.stencil);
      break;
    case "set-light-map":
      room.light.setMap(command.map);
      break;
    case "arrange":
      room.wall.arrange(command.screens, command.keeps);
      break;
    case "remove-screen":
      room.wall.removeScreen(command.id);
      break;
    case "identify":
      room.wall.identify(command.id);
      break;
    case "close-room":
      rooms.end(room);
      break;
  }
}
