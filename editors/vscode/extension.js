// Starts `ratedsl lsp` for the plans that are open, and again when its path changes.
"use strict";

const { spawnSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const vscode = require("vscode");
const { CloseAction, ErrorAction, LanguageClient, State } = require("vscode-languageclient/node");

const ENDINGS = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
const INSTALL = "Install it with: pip install 'ratedsl[lsp]', or name it in the setting ratedsl.path.";

let client;

function runnable(file) {
  const named = ENDINGS.map((ending) => file + ending);
  return named.find((one) => fs.statSync(one, { throwIfNoEntry: false })?.isFile());
}

function onPath(name) {
  const folders = (process.env.PATH || "").split(path.delimiter).filter(Boolean);
  for (const folder of folders) {
    const found = runnable(path.join(folder, name));
    if (found) return found;
  }
}

// A folder's own environment counts only where the folder is trusted: a program in it is run.
function inEnvironment(folders) {
  if (!vscode.workspace.isTrusted) return;
  const inside = process.platform === "win32" ? "Scripts" : "bin";
  for (const folder of folders) {
    for (const name of [".venv", "venv"]) {
      const found = runnable(path.join(folder, name, inside, "ratedsl"));
      if (found) return found;
    }
  }
}

// A path with a separator is relative to a folder that is open; a bare name is found on PATH.
function command(stated) {
  const folders = (vscode.workspace.workspaceFolders || [])
    .filter((one) => one.uri.scheme === "file")
    .map((one) => one.uri.fsPath);
  if (!/[\\/]/.test(stated)) return (stated === "ratedsl" && inEnvironment(folders)) || onPath(stated);
  const file = stated.replace(/^~(?=[\\/])/, os.homedir());
  const bare = file.replace(/^\$\{workspaceFolder\}[\\/]/, "");
  if (path.isAbsolute(bare)) return runnable(bare);
  return folders.map((folder) => runnable(path.join(folder, bare))).find(Boolean);
}

async function complain(problem) {
  const chosen = await vscode.window.showErrorMessage(`ratedsl: ${problem}`, "Open Settings");
  if (chosen) vscode.commands.executeCommand("workbench.action.openSettings", "ratedsl.path");
}

// What the command says when it is started by itself and told nothing.
function reason(found) {
  const said = spawnSync(found, ["lsp"], { input: "", encoding: "utf8", timeout: 10000 });
  return (said.stderr || said.error?.message || "").trim().split("\n").pop();
}

async function start() {
  const stated = vscode.workspace.getConfiguration("ratedsl").get("path") || "ratedsl";
  const found = command(stated);
  if (!found) return void complain(`there is no command \`${stated}\`. ${INSTALL}`);
  const server = { command: found, args: ["lsp"] };
  let usual; // how the client itself takes errors, once the server has started
  const mine = new LanguageClient("ratedsl", "ratedsl", server, {
    // A server that cannot start is told of once, below, and not started again.
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (...told) => usual?.error(...told) ?? { action: ErrorAction.Continue, handled: true },
      closed: () => usual?.closed() ?? { action: CloseAction.DoNotRestart, handled: true },
    },
    documentSelector: [
      { language: "rate", scheme: "file" },
      { language: "rate", scheme: "untitled" },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{rate,csv}") },
  });
  client = mine;
  try {
    await mine.start();
    usual = mine.createDefaultErrorHandler();
  } catch {
    if (client === mine) client = undefined;
    complain(`\`${found} lsp\` does not start. ${reason(found) || INSTALL}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.state !== State.Stopped) await running.dispose();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("ratedsl.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(() => client || start()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("ratedsl.path")) restart();
    }),
  );
  // Not waited for: the editor has not to wait for the server.
  start();
}

module.exports = { activate, deactivate: stop };
