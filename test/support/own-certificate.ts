import { createAuthority, issue, permittedFor } from "../../server/web/https/authority.ts";
import type { HttpsCertificate } from "../../server/web/https/certificate.ts";

/** A certificate for these names, of an authority that nobody trusts. */
export async function ownCertificate(...names: string[]): Promise<HttpsCertificate> {
  const authority = await createAuthority("test", permittedFor(names), Date.now());
  return issue(authority, names, Date.now());
}
