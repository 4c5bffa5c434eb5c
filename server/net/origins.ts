/** A host in a URL may have a quote or a semicolon, with which it could leave the header that names it. */
const ORIGIN = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/;

/** Own origins that are remembered: a name, an address, localhost, and one to spare. */
export const OWN_ORIGINS_MAX = 4;

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
  readonly #isOfNode: (origin: string) => boolean;
  /** By which pages have reached this server, the latest last. */
  readonly #own = new Set<string>();

  /**
   * @param others the setting `ORIGINS`, and the origin of `PUBLIC_URL`: sites whose pages may connect
   * @param isOfNode whether an origin is that of a server that carries the same walls
   */
  constructor(others: readonly string[], isOfNode: (origin: string) => boolean = () => false) {
    this.#others = others;
    this.#isOfNode = isOfNode;
  }

  /** The origins by which pages have reached this server, the latest ones. */
  get own(): readonly string[] {
    return [...this.#own];
  }

  /**
   * Whether a request with this `Origin` header (RFC 6454 §7) is accepted. Programs send no `Origin`. They
   * may connect: there are no cookies that a foreign page could misuse.
   * @param host name and port in the URL that was requested, as a `Host` header has them
   */
  admits(origin: string | undefined, host: string): boolean {
    if (origin === undefined) return true;
    if (isSame(origin, host)) {
      this.#note(origin);
      return true;
    }
    return this.#others.includes(origin) || this.#isOfNode(origin);
  }

  #note(origin: string): void {
    if (!isOrigin(origin)) return;
    this.#own.delete(origin);
    this.#own.add(origin);
    const [oldest] = this.#own;
    if (this.#own.size > OWN_ORIGINS_MAX && oldest !== undefined) this.#own.delete(oldest);
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
