/**
 * Reads what Vitest's JSON reporter has written of one run, or of a run and a second run of its failed files.
 *
 * - `failed-files <results>` prints the files that failed, one a line.
 * - `summary <results> [<results of the second run>]` prints what passed at a later attempt only, and at last
 *   `N passed, N failed`.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const [task, ...paths] = process.argv.slice(2);
/** All files of the runs. A file of the second run takes the place of its first result. */
const files = new Map();
for (const path of paths) {
  const { testResults = [] } = JSON.parse(readFileSync(path, "utf8") || "{}");
  for (const file of testResults) {
    if (files.has(file.name)) console.log(`Run a second time: ${relative(".", file.name)}`);
    files.set(file.name, file);
  }
}

const hasFailed = ({ status }) => status === "failed";
const hasPassed = ({ status }) => status === "passed";

if (task === "failed-files") {
  for (const file of files.values()) if (hasFailed(file)) console.log(relative(".", file.name));
} else {
  const tests = [...files.values()].flatMap((file) => file.assertionResults);
  for (const { fullName, failureMessages } of tests.filter(hasPassed)) {
    if (failureMessages.length === 0) continue;
    console.log(`Passed at the second attempt only: ${fullName}\n${failureMessages.join("\n")}`);
  }
  // A file that could not be loaded has failed, but has no failed tests.
  const unloaded = [...files.values()].filter(
    (file) => hasFailed(file) && !file.assertionResults.some(hasFailed),
  );
  console.log(
    `${tests.filter(hasPassed).length} passed, ${tests.filter(hasFailed).length + unloaded.length} failed`,
  );
}
