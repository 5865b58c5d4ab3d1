// Holds the cases of schemas/tests against the schemas, drafts 2020-12 and 07, with ajv.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";

const [schemas, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const BASE = "https://massup.example/schemas/v1/";
const read = (path) => JSON.parse(readFileSync(`${schemas}/${path}`, "utf8"));
let failed = false;

for (const [draft, folder, Ajv] of [
  ["2020-12", "", require("ajv/dist/2020").default],
  ["draft-07", "draft-07/", require("ajv").default],
]) {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  let cases = 0;
  let wrong = 0;
  for (const table of readdirSync(`${schemas}/tests`).sort()) {
    for (const group of read(`tests/${table}`)) {
      const validate = ajv.compile(read(folder + group.schema.$ref.slice(BASE.length)));
      for (const { description, data, valid } of group.tests) {
        cases += 1;
        if (validate(data) !== valid) {
          wrong += 1;
          console.error(`${group.description}: ${description}`);
        }
      }
      ajv.removeSchema();
    }
  }
  console.log(`ajv, ${draft}: ${cases} cases, ${wrong} differ`);
  failed ||= wrong > 0 || cases < 300;
}
process.exitCode = failed ? 1 : 0;
