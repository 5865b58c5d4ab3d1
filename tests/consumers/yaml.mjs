// Opens change files in the YAML language server, as VS Code does with its YAML extension, and expects a finding for
// the wrong one alone.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const [schemas, modules, settingsPath] = process.argv.slice(2);

// The setting of the documentation, with the schema where it is here.
const shown = JSON.parse(readFileSync(settingsPath, "utf8"))["yaml.schemas"];
const local = Object.entries(shown).map(([path, globs]) => [`file://${schemas}/${path.split("schemas/")[1]}`, globs]);
const settings = { yaml: { validate: true, schemaStore: { enable: false }, schemas: Object.fromEntries(local) } };
const server = spawn("node", [`${modules}/node_modules/yaml-language-server/bin/yaml-language-server`, "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const send = (message) => {
  const text = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
};
const FILES = {
  "good.massup.yaml": ["module: Leads\nset: { City: Chennai }\nselect: { ids: ['7'] }\n", false],
  "wrong.massup.yaml": ["module: Leads\nset: { City: Chennai }\nselect: { idz: ['7'] }\n", true],
};
const answered = new Map();

function handle(message) {
  if (message.id === 1 && message.result) {
    send({ method: "initialized", params: {} });
    send({ method: "workspace/didChangeConfiguration", params: { settings } });
    for (const [name, [text]] of Object.entries(FILES)) {
      const textDocument = { uri: `file:///tmp/${name}`, languageId: "yaml", version: 1, text };
      send({ method: "textDocument/didOpen", params: { textDocument } });
    }
  } else if (message.method === "workspace/configuration") {
    send({ id: message.id, result: message.params.items.map(({ section }) => settings[section] ?? null) });
  } else if (message.method === "textDocument/publishDiagnostics") {
    const name = message.params.uri.split("/").pop();
    answered.set(name, message.params.diagnostics.map((found) => found.message));
    const done = Object.entries(FILES).every(([file, [, wrong]]) => answered.has(file) && answered.get(file).length > 0 === wrong);
    if (done) {
      console.log(`YAML language server: ${answered.get("wrong.massup.yaml")[0]}`);
      process.exit(0);
    }
  } else if (message.id !== undefined && message.method) {
    send({ id: message.id, result: null });
  }
}

let buffer = Buffer.alloc(0);
server.stdout.on("data", (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const text = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    handle(JSON.parse(text));
  }
});
setTimeout(() => {
  console.error("YAML language server: no answer", answered);
  process.exit(1);
}, 60_000).unref();
server.on("exit", () => process.exit(1));
send({
  id: 1,
  method: "initialize",
  params: { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true } } },
});
