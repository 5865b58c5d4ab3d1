"use strict";

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const { test } = require("node:test");
const { LANGUAGES, command, options } = require("./server");
const manifest = require("./package.json");

test("the command of the extension is a language server that completes", async () => {
  const { command: program, args } = command(process.env.MASSUP);
  const server = spawn(program, args);
  const message = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { capabilities: {} } });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
  const answer = await new Promise((resolve) => {
    let text = "";
    server.stdout.on("data", (part) => {
      text += part;
      const body = text.split("\r\n\r\n")[1];
      if (body?.endsWith("}")) resolve(JSON.parse(body));
    });
  });
  assert.ok(answer.result.capabilities.completionProvider);
  server.kill();
});

test("every setting that the server takes is declared, and every language activates the extension", () => {
  const declared = Object.keys(manifest.contributes.configuration.properties);
  const values = new Map(declared.map((key) => [key.replace("massup.", ""), "x"]));
  assert.deepStrictEqual(Object.keys(options(values)).sort(), declared.slice(1).map((key) => key.replace("massup.", "")).sort());
  assert.deepStrictEqual(options(new Map([["module", ""]])), {});
  assert.deepStrictEqual(manifest.activationEvents, LANGUAGES.map((language) => `onLanguage:${language}`));
});
