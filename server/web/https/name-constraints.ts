import { isIP } from "node:net";
import { Extension } from "@peculiar/x509";
import { AddressRanges, addressBytes } from "../../net/address.ts";
import { isWithin } from "../../net/host-names.ts";

/** Object identifier of the extension (RFC 5280 §4.2.1.10). */
const OBJECT_ID = "2.5.29.30";
/** Tags of DER: a sequence, the permitted subtrees, and the two kinds of names (RFC 5280 §4.2.1.6). */
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** What an authority may sign for: domains with all that is below them, and ranges of addresses. */
export interface Permitted {
  /** DNS names in lower case. */
  readonly domains: readonly string[];
  /** Subnets in CIDR notation. */
  readonly ranges: readonly string[];
}

/** Whether an authority that may sign for `permitted` may sign for a name or an address. */
export function permits({ domains, ranges }: Permitted, name: string): boolean {
  return isIP(name) ? new AddressRanges(ranges).includes(name) : isWithin(name, domains);
}

/**
 * The extension by which browsers accept nothing else from an authority. It is critical, as RFC 5280 asks: a
 * program that does not know it refuses the authority. All browsers know it, those of Apple since 2018.
 */
export function nameConstraints({ domains, ranges }: Permitted): Extension {
  const names = domains.map((domain) => der(DNS_NAME, [...Buffer.from(domain)]));
  const addresses = ranges.map((range) => der(IP_ADDRESS, subnetBytes(range)));
  const subtrees = [...names, ...addresses].flatMap((base) => der(SEQUENCE, base));
  return new Extension(OBJECT_ID, true, new Uint8Array(der(SEQUENCE, der(PERMITTED, subtrees))));
}

/** The bytes of a subnet's address, then those of its mask. */
function subnetBytes(range: string): number[] {
  const [address = "", bits] = range.split("/");
  const bytes = addressBytes(address);
  const length = bits === undefined ? bytes.length * 8 : Number(bits);
  const mask = bytes.map((_, at) => 0xff & ~(0xff >> Math.min(8, Math.max(0, length - at * 8))));
  return [...bytes, ...mask];
}

/** A value with its tag and its length, in DER (ITU-T X.690 §8.1). */
function der(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}
