"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { LANGUAGES, command, options } = require("./server");

let client;

async function activate(context) {
  const settings = () => vscode.workspace.getConfiguration("massup");
  client = new LanguageClient("massup", command(settings().get("path")), {
    documentSelector: LANGUAGES.map((language) => ({ language })),
    initializationOptions: options(settings()),
  });
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("massup")) {
        client.sendNotification("workspace/didChangeConfiguration", { settings: { massup: options(settings()) } });
      }
    }),
  );
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `massup did not start: ${error.message}. Install massup, or set massup.path to the program.`,
    );
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
