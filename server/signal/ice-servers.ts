import { createHmac, randomBytes } from "node:crypto";
import type { IceServer } from "../protocol/messages.ts";

export interface IceServersOptions {
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  /** Secret shared with the TURN server: coturn's `static-auth-secret`. */
  readonly turnSecret: string;
  /** Lifetime of credentials, ms. */
  readonly turnMs: number;
}

/** The STUN and TURN servers that pages use. */
export class IceServers {
  readonly #options: IceServersOptions;

  constructor(options: IceServersOptions) {
    this.#options = options;
  }

  /**
   * Lists the servers, with temporary TURN credentials for one page. The user name begins with the time of
   * expiry; the credential is its HMAC-SHA1 (draft-uberti-behave-turn-rest-00 §2.2, coturn's
   * `use-auth-secret`).
   * @param time now, ms since 1970
   */
  issue(time: number): IceServer[] {
    const { stunUrls, turnUrls, turnSecret, turnMs } = this.#options;
    const servers: IceServer[] = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
    if (turnUrls.length > 0) {
      const username = `${Math.floor((time + turnMs) / 1000)}:${randomBytes(6).toString("hex")}`;
      const credential = createHmac("sha1", turnSecret).update(username).digest("base64");
      servers.push({ urls: [...turnUrls], username, credential });
    }
    return servers;
  }
}
