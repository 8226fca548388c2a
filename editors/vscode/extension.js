// Starts `ratedsl lsp` for the plans that are open, and again when its path changes.
"use strict";

const fs = require("fs");
const path = require("path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

// A path with a separator is relative to the folder that is open; a bare name is found on PATH.
function command() {
  const stated = vscode.workspace.getConfiguration("ratedsl").get("path") || "ratedsl";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (!folder || path.isAbsolute(stated) || !/[\\/]/.test(stated)) return stated;
  const inside = path.join(folder, stated);
  return fs.existsSync(inside) ? inside : stated;
}

async function start() {
  const server = { command: command(), args: ["lsp"] };
  client = new LanguageClient("ratedsl", "ratedsl", server, {
    documentSelector: [{ language: "rate", scheme: "file" }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{rate,csv}") },
  });
  try {
    await client.start();
  } catch (problem) {
    vscode.window.showErrorMessage(
      `ratedsl: \`${server.command} lsp\` does not start (${problem.message}). ` +
        "Install it with: pip install 'ratedsl[lsp]', or set ratedsl.path.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.isRunning()) await running.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("ratedsl.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("ratedsl.path")) restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
