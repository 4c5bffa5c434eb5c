import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalServer } from "./local-server.ts";
import { ownCertificate } from "./own-certificate.ts";

const EXAMPLE = new URL("../../deploy/nginx.conf", import.meta.url);

/**
 * Starts nginx with the example configuration as a proxy of the server on another port.
 * @param below path below which it serves it, such as `/lights`
 */
export function startNginx(serverPort: number, below = ""): Promise<LocalServer> {
  return LocalServer.start({
    candidates: ["nginx", "/usr/sbin/nginx"],
    advice: "This test needs nginx: sudo apt-get install nginx-light",
    args: async (port, directory) => {
      const file = (name: string) => join(directory, name);
      const { cert, key } = await ownCertificate("127.0.0.1");
      writeFileSync(file("cert.pem"), cert);
      writeFileSync(file("key.pem"), key);
      const example = readFileSync(EXAMPLE, "utf8")
        .replace("listen 443", `listen 127.0.0.1:${port}`)
        .replaceAll(/\/etc\S+fullchain.pem/g, file("cert.pem"))
        .replaceAll(/\/etc\S+privkey.pem/g, file("key.pem"))
        .replace("location / {\n    proxy_pass http://127.0.0.1:8080;", (whole) => {
          return below ? `location ${below}/ {\n proxy_pass http://127.0.0.1:${serverPort}/;` : whole;
        })
        .replaceAll("127.0.0.1:8080", `127.0.0.1:${serverPort}`);
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${file(name)};`)
        .join(" ");
      writeFileSync(
        file("nginx.conf"),
        `daemon off; pid ${file("pid")}; error_log stderr; events {}\n` +
          `http { access_log off; ${paths}\n${example} }`,
      );
      return ["-c", file("nginx.conf"), "-p", directory, "-e", "stderr"];
    },
  });
}
