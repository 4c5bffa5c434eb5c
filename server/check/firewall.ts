import type { Finding } from "./findings.ts";

export interface FirewallFacts {
  readonly platform: NodeJS.Platform;
  /** Whether a program is installed. */
  has(program: string): boolean;
  readonly port: number;
  readonly udpPort: number;
}

/** How the ports are opened here. Whether they are open, only another machine can know. */
export function firewallFinding(facts: FirewallFacts): Finding {
  const { port, udpPort } = facts;
  return {
    level: "note",
    text: `Whether phones reach TCP port ${port} and UDP port ${udpPort}, this machine cannot see.`,
    advice: `${adviceFor(facts)} Then open /check on a phone.`,
  };
}

function adviceFor({ platform, has, port, udpPort }: FirewallFacts): string {
  if (platform === "win32") {
    const rule = (protocol: string, number: number) =>
      "netsh advfirewall firewall add rule name=Lightwall dir=in action=allow " +
      `protocol=${protocol} localport=${number}`;
    const rules = `${rule("TCP", port)} and ${rule("UDP", udpPort)}`;
    return `When Windows asks about Node.js, allow it for private networks. Or, as administrator: ${rules}.`;
  }
  if (platform === "darwin") {
    return (
      "When macOS asks whether node may accept incoming connections, allow it. " +
      "Later: System Settings, Network, Firewall, Options."
    );
  }
  if (has("ufw")) return `If ufw is on: sudo ufw allow ${port}/tcp && sudo ufw allow ${udpPort}/udp.`;
  if (has("firewall-cmd")) {
    const ports = `--add-port=${port}/tcp --add-port=${udpPort}/udp`;
    return `If firewalld is on: sudo firewall-cmd ${ports}, and once more with --permanent.`;
  }
  if (has("nft")) {
    const rule = "sudo nft add rule inet filter input";
    return `If nftables filters: ${rule} tcp dport ${port} accept && ${rule} udp dport ${udpPort} accept.`;
  }
  return "No firewall of this machine is known; a router or a cloud may have one.";
}
