import { execFileSync } from "node:child_process";
import { findProgram } from "./find-program.ts";

/** An end of a cable. */
export interface CableEnd {
  readonly host: NetworkHost;
  /** Its address with the length of the network's prefix, such as `10.77.0.1/24`. */
  readonly address: string;
}

/** Hosts in network namespaces of Linux, with cables between them. Other hosts do not see them. */
export class Networks {
  readonly #hosts: NetworkHost[] = [];
  #cables = 0;

  /** Why this machine can make no networks, in words; undefined if it can. */
  static get problem(): string | undefined {
    for (const [program, advice] of Object.entries({ ip: "iproute2", nft: "nftables" })) {
      if (!findProgram([program, `/usr/sbin/${program}`])) return `there is no ${program}: install ${advice}`;
    }
    const name = `lightwall-${process.pid}-probe`;
    try {
      run("ip", ["netns", "add", name]);
      run("ip", ["netns", "exec", name, "nft", "add", "table", "inet", "probe"]);
      return undefined;
    } catch (error) {
      return `the kernel refuses a network namespace: ${(error as Error).message}`;
    } finally {
      tryTo("ip", ["netns", "del", name]);
    }
  }

  /** Adds a host. It reaches itself only. @param name unique in the test */
  host(name: string): NetworkHost {
    const host = new NetworkHost(`lightwall-${process.pid}-${name}`);
    this.#hosts.push(host);
    return host;
  }

  /** Connects two hosts by a cable. @param mtu the largest packet that it carries, bytes */
  connect(one: CableEnd, other: CableEnd, mtu = 1_500): void {
    const [left, right] = [
      `lw${process.pid % 10_000}a${this.#cables}`,
      `lw${process.pid % 10_000}b${this.#cables}`,
    ];
    this.#cables += 1;
    run("ip", ["link", "add", left, "type", "veth", "peer", "name", right]);
    for (const [device, { host, address }] of [
      [left, one],
      [right, other],
    ] as const) {
      run("ip", ["link", "set", device, "netns", host.name, "mtu", String(mtu)]);
      host.devices.push(device);
      host.addAddress(address, device);
      host.run("ip", "link", "set", device, "up");
    }
  }

  /** Removes all hosts and their cables. */
  close(): void {
    for (const host of this.#hosts.splice(0)) host.close();
  }
}

/** A host: programs that are started within it see its network only. */
export class NetworkHost {
  readonly name: string;
  /** Its ends of cables, in the order in which they were connected. */
  readonly devices: string[] = [];

  constructor(name: string) {
    this.name = name;
    run("ip", ["netns", "add", name]);
    this.run("ip", "link", "set", "lo", "up");
  }

  /** What comes before a command to start it within this host. */
  get prefix(): readonly string[] {
    return ["ip", "netns", "exec", this.name];
  }

  /** Runs a command within this host. */
  run(...command: string[]): void {
    const [program = "", ...args] = [...this.prefix, ...command];
    run(program, args);
  }

  addAddress(address: string, device = this.devices[0]!): void {
    // Without the check for duplicates an address of IPv6 counts at once.
    const atOnce = address.includes(":") ? ["nodad"] : [];
    this.run("ip", "addr", "add", address, "dev", device, ...atOnce);
  }

  removeAddress(address: string, device = this.devices[0]!): void {
    this.run("ip", "addr", "del", address, "dev", device);
  }

  /** Sends all that is for other networks to an address. */
  setGateway(address: string): void {
    this.run("ip", "route", "add", "default", "via", address);
  }

  /** Adds rules of nftables, in its own words. */
  filter(rules: string): void {
    const [program = "", ...args] = [...this.prefix, "nft", "-f", "-"];
    execFileSync(program, args, { input: rules, stdio: ["pipe", "ignore", "pipe"] });
  }

  /** Forgets all rules of nftables. */
  unfilter(): void {
    this.run("nft", "flush", "ruleset");
  }

  close(): void {
    tryTo("ip", ["netns", "del", this.name]);
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}

function tryTo(program: string, args: readonly string[]): void {
  try {
    run(program, args);
  } catch {
    // It is not there.
  }
}
