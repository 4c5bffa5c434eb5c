import { expect, test } from "vitest";
import { type Config, readConfig } from "../../../../server/config/config.ts";
import { helpText, readFlags } from "../../../../server/config/flags.ts";
import { SECRET_KEYS } from "../../../../server/config/key-groups.ts";
import { CONFIG_KEYS } from "../../../../server/config/keys.ts";

/** The configuration that flags alone result in. */
const fromFlags = (...args: string[]): Config => readConfig({}, { flags: readFlags(args).settings });

test("a flag and its value are separated by a space or =, and a switch needs no value", () => {
  expect(fromFlags("--udp-port", "1", "--walls-max=2")).toMatchObject({ udpPort: 1, wallsMax: 2 });
  expect(fromFlags("--https", "--port", "1")).toMatchObject({ https: true, port: 1 });
  expect(fromFlags("--https=false").https).toBe(false);
  expect(readFlags(["--config", "walls.toml"])).toMatchObject({ help: false, file: "walls.toml" });
  expect(readFlags(["--help"]).help).toBe(true);
});

test.each([
  [["--prot", "1"], "There is no flag --prot. --help lists all flags."],
  [["--udp_port", "1"], "There is no flag --udp_port. --help lists all flags."],
  [["--rooms-per-hour", "5"], "--rooms-per-hour is now called --walls-per-hour."],
  [["9000"], '"9000" is not a flag. --help lists all flags.'],
  [["--port"], "--port needs a value. --help lists all flags."],
  [["--port", "--help"], "--port needs a value. --help lists all flags."],
  [
    ["--admin-token", "0123456789abcdef"],
    "ADMIN_TOKEN is a secret, and other users can see flags. Set it in the environment or in the file.",
  ],
  [["--port", "80a"], '--port must be a whole number from 0 to 65535; it is "80a".'],
])("the flags %j are refused with one line", (args, message) => {
  expect(() => fromFlags(...args)).toThrow(new Error(message));
});

test("the help shows every flag with its default", () => {
  expect(helpText()).toContain("  --udp-port <port>\n      UDP port for media.");
  expect(helpText()).toContain("  --walls-max <walls>  (100)\n");
  expect(helpText().match(/^ {2}--/gm)).toHaveLength(Object.keys(CONFIG_KEYS).length - SECRET_KEYS.size + 3);
});

test("doctor is a command, and --online goes with it only", () => {
  expect(readFlags(["doctor", "--online", "--port", "1"])).toMatchObject({ doctor: true, online: true });
  expect(readFlags(["--port", "1"])).toMatchObject({ doctor: false, online: false });
  expect(() => readFlags(["--online"])).toThrow(
    new Error("--online goes with doctor. --help lists all flags."),
  );
  expect(() => readFlags(["doctor", "x"])).toThrow(new Error('"x" is not a flag. --help lists all flags.'));
});
