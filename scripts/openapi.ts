import { writeFileSync } from "node:fs";
import { openApi } from "./openapi/document.ts";

/** Writes `static/api/openapi.json`, which the server serves at `/api/openapi.json`. */
writeFileSync(
  new URL("../static/api/openapi.json", import.meta.url),
  `${JSON.stringify(openApi(), null, 2)}\n`,
);
