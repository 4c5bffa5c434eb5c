import type { Context } from "koa";
import { expect, test } from "vitest";
import { Proxies } from "../../../../../server/net/proxies.ts";
import { createPlainHttp } from "../../../../../server/web/https/plain-http.ts";

interface Request {
  path: string;
  from?: string;
  encrypted?: boolean;
  authority?: string | undefined;
  https?: boolean;
  forwarded?: string;
}

/** Where a request is redirected to; undefined if it is answered. */
async function redirected({
  path,
  from = "192.168.1.20",
  encrypted = false,
  https = true,
  forwarded,
  ...rest
}: Request): Promise<string | undefined> {
  const authority = "authority" in rest ? rest.authority : "PEM";
  const [pathname = "", query] = path.split("?");
  let location: string | undefined;
  const ctx = {
    path: pathname,
    search: query === undefined ? "" : `?${query}`,
    // As clients of a proxy ask for it (RFC 9112 §3.2.2).
    url: `http://192.168.1.5:8080${path}`,
    host: "192.168.1.5:8080",
    req: {
      socket: { encrypted, remoteAddress: from, localAddress: "192.168.1.5" },
      headers: { host: "192.168.1.5:8080", ...(forwarded && { "x-forwarded-for": forwarded }) },
    },
    set: () => {},
    status: 200,
    redirect: (to: string) => {
      location = to;
    },
  } as unknown as Context;
  const certificates = https ? { authority } : undefined;
  const handle = createPlainHttp({ certificates, proxies: new Proxies(["127.0.0.1"]) });
  await handle(ctx as never, async () => {});
  if (location !== undefined) expect(ctx.status).toBe(307);
  return location;
}

test.each(["/w/K7QXM", "/w/K7QXM?kiosk", "/w", "/assets/main.js", "/trust/", "/healthz", "/lan.json"])(
  "with its own authority, a server answers %s over plain HTTP",
  async (path) => {
    expect(await redirected({ path })).toBeUndefined();
  },
);

test.each([
  ["/", "./trust/"],
  ["/index.html", "./trust/?to=%2Findex.html"],
  ["/host/K7QXM", "../trust/?to=%2Fhost%2FK7QXM"],
  ["/admin", "./trust/?to=%2Fadmin"],
  ["/admin/walls", "../trust/?to=%2Fadmin%2Fwalls"],
  ["/w/K7QXM/whip", "https://192.168.1.5:8080/w/K7QXM/whip"],
  ["/w/K7QXM/whep/session", "https://192.168.1.5:8080/w/K7QXM/whep/session"],
  ["/api/walls/K7QXM?a=b", "https://192.168.1.5:8080/api/walls/K7QXM?a=b"],
  ["/metrics", "https://192.168.1.5:8080/metrics"],
])("but %s, where secrets are, leads to %s", async (path, expected) => {
  expect(await redirected({ path })).toBe(expected);
});

test("with a certificate of a known authority, everything leads to HTTPS", async () => {
  for (const path of ["/", "/w/K7QXM", "/trust/"])
    expect(await redirected({ path, authority: undefined })).toBe(`https://192.168.1.5:8080${path}`);
});

test("over TLS, without HTTPS, on this machine and through its proxy nothing is redirected", async () => {
  const path = "/host/K7QXM";
  expect(await redirected({ path, encrypted: true })).toBeUndefined();
  expect(await redirected({ path, https: false })).toBeUndefined();
  expect(await redirected({ path, from: "::ffff:127.0.0.1" })).toBeUndefined();
  expect(await redirected({ path, from: "127.0.0.1", forwarded: "192.168.1.20" })).toBeUndefined();
  expect(await redirected({ path, forwarded: "127.0.0.1" })).toBe("../trust/?to=%2Fhost%2FK7QXM");
});
