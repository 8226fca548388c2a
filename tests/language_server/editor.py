"""As little of an editor as speaks the protocol with the real `ratedsl lsp`, over pipes."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

PLAN = """\
use "shared/zones.rate"
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
window peak
  hours     mon-fri 08:00-20:00
window off-peak
  hours     otherwise
rate calls "Calls" for voice to national
  price     0.10 EUR per min in peak from 2026-01-01
  price     0.05 EUR per min in off-peak from 2026-01-01
  across    windows by start
cap stop "Stop"
  amount    50.00 EUR per cycle of calls before tax
  then      blocked
test "a minute"
  event     voice to +351210000000 for 60 s at 2026-03-02 09:15
  expect    charge 0.10 EUR
test "wrong on purpose"
  event     voice to +351210000000 for 60 s at 2026-03-02 09:15
  expect    charge 0.11 EUR
"""
ZONES = 'zone national "Portugal 😀"\n  prefix    +351\n'
CHILD = """\
use "demo.rate"
plan young "Young"
  extends   demo
override rate calls
  price     0.04 EUR per min in off-peak from 2026-01-01
"""
# Long enough for a loaded machine; nothing is slow when it works.
PATIENCE = 60


class Client:
    """As little of an editor as speaks the protocol."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log.txt"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ratedsl", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("wb"),
            cwd=root,
        )
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.later: list[dict[str, Any]] = []
        self.number = 0
        self.versions: dict[str, int] = {}
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            self.heard.put(json.loads(stream.read(length)))

    def send(self, **message: Any) -> None:
        stream = self.process.stdin
        assert stream is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send(method=method, params=params)

    def request(self, method: str, **params: Any) -> Any:
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        mine = self.number
        self.send(id=mine, method=method, params=params)
        return self.wait(lambda one: one.get("id") == mine and "method" not in one)

    def wait(self, wanted: Any) -> dict[str, Any]:
        for index, one in enumerate(self.later):
            if wanted(one):
                return self.later.pop(index)
        while True:
            one = self.heard.get(timeout=PATIENCE)
            if "id" in one and "method" in one:  # the server asks: nothing to say
                self.send(id=one["id"], result=None)
            elif wanted(one):
                return one
            else:
                self.later.append(one)

    # ---- what an editor does ------------------------------------------------------------------

    def start(self, encodings: list[str] | None = None) -> dict[str, Any]:
        general = {"positionEncodings": encodings} if encodings else {}
        found: dict[str, Any] = self.request(
            "initialize",
            processId=None,
            rootUri=self.root.as_uri(),
            capabilities={
                "general": general,
                "textDocument": {"rename": {"prepareSupport": True}},
                "workspace": {"inlayHint": {"refreshSupport": True}},
            },
        )
        self.notify("initialized")
        return found

    def uri(self, name: str) -> str:
        return (self.root / "plans" / name).as_uri()

    def ask(self, method: str, name: str, **params: Any) -> Any:
        """What is said of a whole text."""
        return self.request(
            f"textDocument/{method}", textDocument={"uri": self.uri(name)}, **params
        )

    def ask_at(self, method: str, name: str, text: str, words: str, inside: int = 1) -> Any:
        """What is said of a place of a text."""
        return self.request(f"textDocument/{method}", **self.at(name, text, words, inside))

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        uri = self.uri(name)
        self.versions[uri] = 1
        self.notify(
            "textDocument/didOpen",
            textDocument={"uri": uri, "languageId": "rate", "version": 1, "text": text},
        )
        return self.findings(name)

    def type(self, name: str, text: str) -> list[dict[str, Any]]:
        """All of the text anew; edits of stretches are tried apart."""
        uri = self.uri(name)
        self.later = [one for one in self.later if "method" not in one]
        self.versions[uri] += 1
        self.notify(
            "textDocument/didChange",
            textDocument={"uri": uri, "version": self.versions[uri]},
            contentChanges=[{"text": text}],
        )
        return self.findings(name)

    def findings(self, name: str) -> list[dict[str, Any]]:
        uri = self.uri(name)
        told = self.wait(
            lambda one: (
                one.get("method") == "textDocument/publishDiagnostics"
                and one["params"]["uri"] == uri
            )
        )
        found: list[dict[str, Any]] = told["params"]["diagnostics"]
        return found

    def at(self, name: str, text: str, words: str, inside: int = 1) -> dict[str, Any]:
        """The place `inside` the first occurrence of some words, as the protocol counts."""
        before = text[: text.index(words) + inside]
        line = before.count("\n")
        head = before.rpartition("\n")[2]
        return {
            "textDocument": {"uri": self.uri(name)},
            "position": {"line": line, "character": len(head.encode("utf-16-le")) // 2},
        }

    def labels(self, name: str, text: str, words: str, inside: int) -> list[str]:
        place = self.at(name, text, words, inside)
        return [one["label"] for one in self.request("textDocument/completion", **place)["items"]]

    def close(self, name: str) -> None:
        uri = self.uri(name)
        del self.versions[uri]
        self.notify("textDocument/didClose", textDocument={"uri": uri})

    def close_all(self) -> None:
        """As if the editor went to another folder; what was said of this one is forgotten."""
        for uri in self.versions:
            self.notify("textDocument/didClose", textDocument={"uri": uri})
        self.versions.clear()
        self.later.clear()

    def stop(self) -> int:
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)


def texts_of(edits: dict[str, list[dict[str, Any]]]) -> dict[str, list[tuple[int, int, str]]]:
    """File name to line, first character and new text of each edit."""
    return {
        Path(uri).name: sorted(
            (one["range"]["start"]["line"], one["range"]["start"]["character"], one["newText"])
            for one in mine
        )
        for uri, mine in edits.items()
    }
