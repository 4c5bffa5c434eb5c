import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalServer } from "./local-server.ts";
import { ownCertificate } from "./own-certificate.ts";

const EXAMPLE = new URL("../../deploy/Caddyfile", import.meta.url);

/**
 * Starts Caddy with the example configuration as a proxy of the server on another port.
 * @param below path below which it serves it, such as `/lights`
 * @param host the Host header that the server gets in place of the page's
 */
export function startCaddy(serverPort: number, below = "", host = ""): Promise<LocalServer> {
  return LocalServer.start({
    candidates: ["caddy"],
    advice: "This test needs Caddy: sudo apt-get install caddy",
    args: async (port, directory) => {
      const file = (name: string) => join(directory, name);
      const { cert, key } = await ownCertificate("127.0.0.1");
      writeFileSync(file("cert.pem"), cert);
      writeFileSync(file("key.pem"), key);
      // A certificate of nobody known replaces one from an authority. Caddy writes only into the directory.
      const example = readFileSync(EXAMPLE, "utf8")
        .replace("{$DOMAIN} {", `https://127.0.0.1:${port} {\ntls ${file("cert.pem")} ${file("key.pem")}`)
        .replace("reverse_proxy lightwall:8080", (whole) => {
          return below ? `handle_path ${below}/* {\n${whole}\n}` : whole;
        })
        .replace(
          "lightwall:8080",
          `127.0.0.1:${serverPort}${host && ` {\nheader_up Host ${host}\nheader_up -X-Forwarded-Host\n}`}`,
        );
      writeFileSync(
        file("Caddyfile"),
        `{\nadmin off\nauto_https disable_redirects\nstorage file_system ${directory}\n}\n${example}`,
      );
      return ["run", "--adapter", "caddyfile", "--config", file("Caddyfile")];
    },
  });
}
