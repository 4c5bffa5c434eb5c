import { isIP } from "node:net";
import type { Announced, Resolve } from "../net/announced.ts";
import type { Finding } from "./findings.ts";

/** What follows where a name of a setting has no address. */
const HARM = {
  ANNOUNCE: "it is not offered to browsers",
  ACME_DOMAIN: "no certificate can be got for it",
  PUBLIC_URL: "phones may not open the link",
  NODE_URL: "pages do not come here when another server is gone",
} as const;

type Setting = keyof typeof HARM;

export interface CheckedNames {
  readonly announce: readonly Announced[];
  readonly publicUrl: string;
  readonly nodeUrl: string;
  readonly acmeDomain: readonly string[];
}

/** Looks up the names that the settings tell browsers, and reports those that have no address here. */
export async function nameFindings(
  { announce, publicUrl, nodeUrl, acmeDomain }: CheckedNames,
  resolve: Resolve,
): Promise<Finding[]> {
  const settings: [setting: Setting, host: string][] = announce.map(({ host }) => ["ANNOUNCE", host]);
  settings.push(...acmeDomain.map((domain): [Setting, string] => ["ACME_DOMAIN", domain]));
  const publicHost = publicUrl === "" ? undefined : new URL(publicUrl).hostname;
  if (publicHost && !acmeDomain.includes(publicHost)) settings.push(["PUBLIC_URL", publicHost]);
  if (nodeUrl !== "" && nodeUrl !== publicUrl) {
    settings.push(["NODE_URL", new URL(nodeUrl).hostname]);
  }
  const names = settings.filter(([, host]) => isIP(host.replace(/^\[|\]$/g, "")) === 0);
  const findings = names.map(async ([setting, host]): Promise<Finding[]> => {
    const addresses = await resolve(host).catch(() => []);
    if (addresses.length > 0) return [];
    const harm = HARM[setting];
    return [
      {
        level: "problem",
        text: `${setting} names ${host}, which has no address: ${harm}.`,
        advice: `See whether the name is right in ${setting}, and whether this machine's DNS knows it.`,
      },
    ];
  });
  return (await Promise.all(findings)).flat();
}
