import { forwardedFor } from "./web-servers.ts";

/** How a request differs from a usual one. */
export interface DoorOptions {
  /** The bearer token. */
  token?: string;
  type?: string;
  headers?: Record<string, string>;
  /** The address that a proxy would report. */
  from?: string;
}

/** A WHIP or WHEP client without media. */
export class DoorClient {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Sends a request. @param path of an endpoint, or of a session */
  async request(method: string, path: string, body?: string, options: DoorOptions = {}): Promise<Response> {
    const { token, from, headers } = options;
    const type = options.type ?? (method === "PATCH" ? "application/trickle-ice-sdpfrag" : "application/sdp");
    return fetch(this.#origin + path, {
      method,
      ...(body !== undefined && { body }),
      headers: {
        ...(body !== undefined && { "Content-Type": type }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(from !== undefined && forwardedFor(from)),
        ...headers,
      },
    });
  }

  /** Makes an offer. */
  offer(door: "whip" | "whep", code: string, sdp: string, options?: DoorOptions): Promise<Response> {
    return this.request("POST", `/w/${code}/${door}`, sdp, options);
  }
}

/** The path of the session that an offer has opened. */
export function sessionOf({ headers, url }: Response): string {
  return new URL(headers.get("location")!, url).pathname;
}

/** What a refusal says: its status and the code of the error, if it has one. */
export async function refusalOf(response: Response): Promise<string> {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code].filter(Boolean).join(" ");
}
