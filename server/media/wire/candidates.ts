import { isPrivate } from "../../net/address.ts";
import type { MediaAddress } from "../../net/announced.ts";
import type { Candidate } from "./sdp-answer.ts";

/** Where the server's UDP port is reached. */
export interface KnownAddresses {
  /** The addresses that every answer offers, best first. */
  announced: readonly MediaAddress[];
  /** The machine's own addresses. */
  own: readonly string[];
  /** The UDP port that is bound. */
  port: number;
}

/**
 * Candidates for the page of an offer, best first.
 * @param page `reached`: the addresses that it has reached; `isOutside`: whether it comes from the internet
 */
export function candidatesFor(
  { reached = [], isOutside = false }: { reached?: readonly string[]; isOutside?: boolean },
  { announced, own, port: bound }: KnownAddresses,
): Candidate[] {
  const offered = isOutside ? own.filter((address) => !isPrivate(address)) : own;
  const known = [...new Set([...reached, ...announced.map(({ address }) => address), ...offered])];
  // Where nothing else is known, an address that may work is better than none.
  const addresses = known.length > 0 ? known : own;
  return addresses.flatMap((address) => {
    // What is announced about an address counts: a NAT may have given the port another number.
    const ports = announced.filter((one) => one.address === address).map(({ port }) => port ?? bound);
    return (ports.length > 0 ? ports : [bound]).map((port) => ({ address, port }));
  });
}
