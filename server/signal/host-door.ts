import type { ClientLimits } from "../limits/client-limits.ts";
import { networkOf } from "../net/address.ts";
import { codeOf } from "../protocol/errors.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";

export interface HostDoorOptions {
  readonly rooms: Pick<Rooms, "holdForProgram">;
  readonly limits: Pick<ClientLimits, "countWrongKey">;
}

/**
 * Finds the wall of a program that shows its host key, and opens it again if it is not open. Counts wrong
 * keys by the network of the program's address.
 * Rejects with a LightwallError as {@link Rooms.holdForProgram}, and `rate-limited`.
 */
export async function findAsHost(
  { rooms, limits }: HostDoorOptions,
  { code, hostKey, address }: { code: string; hostKey: string; address: string },
): Promise<Room> {
  try {
    return await rooms.holdForProgram(code, hostKey, networkOf(address));
  } catch (error) {
    if (codeOf(error) === "key-wrong") limits.countWrongKey(address);
    throw error;
  }
}
