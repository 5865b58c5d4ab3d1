// Writes TypeScript types of a request, its answer and a change file with json-schema-to-typescript.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [schemas, modules, out] = process.argv.slice(2);
const { compileFromFile } = createRequire(`${modules}/`)("json-schema-to-typescript");
for (const [name, path] of [
  ["request", "draft-07/request/v8.leads.schema.json"],
  ["response", "draft-07/response.schema.json"],
  ["change", "draft-07/change.schema.json"],
]) {
  writeFileSync(`${out}/${name}.d.ts`, await compileFromFile(`${schemas}/${path}`, { additionalProperties: true }));
}
