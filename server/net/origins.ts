/** A host in a URL may have a quote or a semicolon, with which it could leave the header that names it. */
const ORIGIN = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/;

/** Whether it is the origin (RFC 6454) of a site, as a setting may name it. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** The origin of the site at an address; none for "". */
export function originsOf(url: string): string[] {
  return url === "" ? [] : [new URL(url).origin];
}

/** The web pages that may use this server: its own, and those of some other sites. */
export class Origins {
  readonly #others: readonly string[];
  readonly #nodes: () => readonly string[];

  /**
   * @param others the setting `ORIGINS`, and the origin of `PUBLIC_URL`: sites whose pages may connect
   * @param nodes origins of the servers that carry the same walls now
   */
  constructor(others: readonly string[], nodes: () => readonly string[] = () => []) {
    this.#others = others;
    this.#nodes = nodes;
  }

  /**
   * Whether a request with this `Origin` header (RFC 6454 §7) is accepted. Programs send no `Origin`. They
   * may connect: there are no cookies that a foreign page could misuse.
   * @param host name and port in the URL that was requested, as a `Host` header has them
   */
  admits(origin: string | undefined, host: string): boolean {
    if (origin === undefined || isSame(origin, host)) return true;
    return this.#others.includes(origin) || this.#nodes().includes(origin);
  }
}

/**
 * Whether an origin has the name and port of a Host header. Either may name the default port of the origin's
 * scheme. False for an origin that is none, such as `null`.
 */
function isSame(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  return own !== "" && URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === own;
}
