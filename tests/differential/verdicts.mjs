// Verdicts of ajv: reads {"schema": path, "body": text} a line, writes true or false a line.
// Run where ajv is installed: the folder is the first argument.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const Ajv = createRequire(`${process.argv[2]}/`)("ajv/dist/2020");
const ajv = new Ajv({ strict: false, validateFormats: false });
const compiled = new Map();
const verdicts = [];
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { schema, body } = JSON.parse(line);
  if (!compiled.has(schema)) {
    compiled.set(schema, ajv.compile(JSON.parse(readFileSync(schema, "utf8"))));
  }
  verdicts.push(compiled.get(schema)(JSON.parse(body)));
}
process.stdout.write(verdicts.join("\n") + "\n");
