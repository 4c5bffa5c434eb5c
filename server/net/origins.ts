/** The web pages that may use this server: its own, and those of some other sites. */
export class Origins {
  readonly #others: readonly string[];

  /** @param others the setting `ORIGINS`: origins of other sites whose pages may connect */
  constructor(others: readonly string[]) {
    this.#others = others;
  }

  /**
   * Whether a request with this `Origin` header (RFC 6454 §7) is accepted. Programs send no `Origin`. They
   * may connect: there are no cookies that a foreign page could misuse.
   * @param host name and port in the URL that was requested, as a `Host` header has them
   */
  admits(origin: string | undefined, host: string): boolean {
    return origin === undefined || hostOf(origin) === host.toLowerCase() || this.#others.includes(origin);
  }
}

/** Name and port of an origin, in the form of a Host header; undefined if it is not one, such as `null`. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
