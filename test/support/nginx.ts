import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { selfSigned } from "../../server/certificate.ts";
import { findProgram } from "./find-program.ts";
import { freePort } from "./ports.ts";
import { temporaryDirectory } from "./test-app.ts";

const EXAMPLE = new URL("../../deploy/nginx.conf", import.meta.url);

/** A real nginx with the example configuration, before a server on another port. */
export class Nginx {
  readonly port: number;
  readonly #child: ReturnType<typeof spawn>;
  readonly #directory: ReturnType<typeof temporaryDirectory>;

  private constructor(
    port: number,
    child: ReturnType<typeof spawn>,
    directory: ReturnType<typeof temporaryDirectory>,
  ) {
    this.port = port;
    this.#child = child;
    this.#directory = directory;
  }

  /**
   * Resolves when it serves.
   * @throws Error that says how to get one where the machine has none
   */
  static async start(serverPort: number): Promise<Nginx> {
    const program = findProgram(["nginx", "/usr/sbin/nginx"]);
    if (!program) throw new Error("This test needs nginx: sudo apt-get install nginx-light");
    const directory = temporaryDirectory();
    const file = (name: string) => join(directory.path, name);
    const port = await freePort();
    const { cert, key } = await selfSigned(directory.path, ["127.0.0.1"], Date.now());
    writeFileSync(file("cert.pem"), cert);
    writeFileSync(file("key.pem"), key);
    const example = readFileSync(EXAMPLE, "utf8")
      .replace("listen 443", `listen 127.0.0.1:${port}`)
      .replaceAll(/\/etc\S+fullchain.pem/g, file("cert.pem"))
      .replaceAll(/\/etc\S+privkey.pem/g, file("key.pem"))
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${serverPort}`);
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${file(name)};`)
      .join(" ");
    writeFileSync(
      file("nginx.conf"),
      `daemon off; pid ${file("pid")}; error_log stderr; events {} http { access_log off; ${paths}\n${example} }`,
    );
    const child = spawn(program, ["-c", file("nginx.conf"), "-p", directory.path, "-e", "stderr"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const nginx = new Nginx(port, child, directory);
    while (!(await nginx.#answers())) {
      if (child.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
      await delay(20);
    }
    return nginx;
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill();
    await gone;
    this.#directory.remove();
  }

  async #answers(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    const answers = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return answers;
  }
}
