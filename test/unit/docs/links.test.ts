import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { longLines } from "../../support/source-tree.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Page {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

const pages: Page[] = globSync("{*.md,docs/*.md}", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .map((path) => ({ path, text: readFileSync(`${ROOT}/${path}`, "utf8") }));

/** A link or an image: its target in parentheses. Web addresses are not looked up. */
const LINK = /\]\((?![a-z]+:)([^)\s]*)\)/g;

/** A link whose text is a name in code marks, and its target. */
const LINKED_NAME = /\[`([^`]+)`\]\(([^)\s]*)\)/g;

/** A file or folder of the repository in code marks, by its path from the root or its name. */
const NAMED = /`((?:client|deploy|docs|scripts|server|static|test)\/[\w./-]*|[\w./-]+\.(?:md|tsx?|css))`/g;

/** What code marks name in `docs/architecture.md` and `docs/security.md`: classes and types. */
const TYPE = /`([A-Z][a-z]\w*)(?:\.\w+)?`/g;

/** Names with a capital that are Node's or a browser's. */
const FOREIGN = /^(AnalyserNode|BroadcastChannel|RTCPeerConnection)$/;

/** Every target of a relative link that does not exist, as `page → target`. */
function brokenLinks(all: readonly Page[]): string[] {
  return all.flatMap(({ path, text }) =>
    [...text.matchAll(LINK)].flatMap(([, link = ""]) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : posix.join(dirname(path), file);
      const page = all.find((other) => other.path === target);
      const exists = page !== undefined || existsSync(`${ROOT}/${target}`);
      const isThere = anchor === undefined || (page !== undefined && anchorsOf(page).has(anchor));
      return exists && isThere ? [] : [`${path} → ${link}`];
    }),
  );
}

/** The anchors that GitHub gives a page's headings. */
function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.replaceAll(/^```.*?^```/gms, "").matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/**
 * Every file or folder that a page names and that does not exist, as `page → name`. The text of a link may be
 * the end of its target.
 */
function missingFiles(all: readonly Page[]): string[] {
  return all.flatMap(({ path, text }) => {
    const linked = text.replaceAll(LINKED_NAME, (link, name: string, target: string) =>
      target.endsWith(name.replace(/\/$/, "")) ? "" : link,
    );
    return [...linked.matchAll(NAMED)].flatMap(([, name = ""]) =>
      existsSync(`${ROOT}/${name}`) || existsSync(`${ROOT}/${dirname(path)}/${name}`)
        ? []
        : [`${path} → ${name}`],
    );
  });
}

const sources = globSync("{server,client}/**/*.{ts,tsx}", { cwd: ROOT })
  .map((path) => readFileSync(`${ROOT}/${path}`, "utf8"))
  .join("\n");
const types = new Set(
  [...sources.matchAll(/^(?:export )?(?:class|interface|type|const|function) (\w+)/gm)].map(
    ([, name]) => name,
  ),
);

/** Every class or type that a page names and the source does not have, as `page → name`. */
function missingTypes(all: readonly Page[]): string[] {
  return all.flatMap(({ path, text }) =>
    [...text.matchAll(TYPE)].flatMap(([, name = ""]) =>
      types.has(name) || FOREIGN.test(name) ? [] : [`${path} → ${name}`],
    ),
  );
}

const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as { scripts: object };

/** Every npm script that a page names and package.json does not have, as `page → name`. */
function missingScripts(all: readonly Page[]): string[] {
  return all.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)].flatMap(([, name = ""]) =>
      Object.hasOwn(scripts, name) ? [] : [`${path} → ${name}`],
    ),
  );
}

/** Whether the table under the heading of a folder has a row that begins with a name. */
function hasRow({ text }: Page, folder: string, name: string): boolean {
  const [, section = ""] = text.split(`### \`${folder}/\`\n`);
  const [table = ""] = section.split("\n#");
  return table.split("\n").some((row) => row.split(" | ")[0]!.includes(`\`${name}\``));
}

const planted: Page = {
  path: "docs/planted.md",
  text: [
    "# One of many, planted",
    "[a](no.md) [b](wall.md#no) [c](#one-of-many-planted) [`no.ts`](wall.md)",
    "`server/no.ts` `Nobody` npm run no",
  ].join("\n"),
};

describe("what documents point to exists", () => {
  test("links between pages, and to files", () => {
    expect(brokenLinks(pages)).toEqual([]);
  });

  test("files and folders that they name", () => {
    expect(missingFiles(pages)).toEqual([]);
  });

  test("classes and types that the pages on architecture and security name", () => {
    expect(missingTypes(pages.filter(({ path }) => /architecture|security/.test(path)))).toEqual([]);
  });

  test("npm scripts", () => {
    expect(missingScripts(pages)).toEqual([]);
  });

  test("and what a planted page points to in vain is found", () => {
    const broken = brokenLinks([...pages, planted]).filter((link) => link.startsWith("docs/planted.md"));
    expect(broken).toEqual(["docs/planted.md → no.md", "docs/planted.md → wall.md#no"]);
    expect(missingFiles([planted])).toEqual(["docs/planted.md → no.ts", "docs/planted.md → server/no.ts"]);
    expect(missingTypes([planted])).toEqual(["docs/planted.md → Nobody"]);
    expect(missingScripts([planted])).toEqual(["docs/planted.md → no"]);
  });
});

describe("docs/architecture.md has every module", () => {
  const architecture = pages.find(({ path }) => path === "docs/architecture.md")!;

  test.each(["server", "server/media", "client", "client/host"])("of %s", (folder) => {
    const modules = globSync(`${folder}/*`, { cwd: ROOT, withFileTypes: true })
      .filter((entry) => entry.isDirectory() || /\.tsx?$/.test(entry.name))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name.replace(/\.tsx?$/, "")));
    expect(modules.filter((module) => !hasRow(architecture, folder, module))).toEqual([]);
  });

  test("and a module that stands under another folder is missed", () => {
    expect(hasRow(architecture, "client", "config/")).toBe(false);
  });
});

describe("documents are narrow", () => {
  test("no line is longer than 110 columns, but for rows of tables", () => {
    const texts = pages.map(({ path, text }) => ({ path, text: text.replaceAll(/^\|.*$/gm, "") }));
    expect(longLines(texts, 110)).toEqual([]);
  });
});
