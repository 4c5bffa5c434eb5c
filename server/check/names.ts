import { isIP } from "node:net";
import type { Announced, Resolve } from "../net/announced.ts";
import type { Finding } from "./findings.ts";

export interface CheckedNames {
  readonly announce: readonly Announced[];
  readonly publicUrl: string;
}

/** Looks up the names that the settings tell browsers, and reports those that have no address here. */
export async function nameFindings(
  { announce, publicUrl }: CheckedNames,
  resolve: Resolve,
): Promise<Finding[]> {
  const settings: [setting: string, host: string][] = announce.map(({ host }) => ["ANNOUNCE", host]);
  if (publicUrl !== "") settings.push(["PUBLIC_URL", new URL(publicUrl).hostname]);
  const names = settings.filter(([, host]) => isIP(host.replace(/^\[|\]$/g, "")) === 0);
  const findings = names.map(async ([setting, host]): Promise<Finding[]> => {
    const addresses = await resolve(host).catch(() => []);
    if (addresses.length > 0) return [];
    const harm = setting === "ANNOUNCE" ? "it is not offered to browsers" : "phones may not open the link";
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
