"""The server as a client of the protocol sees it: what is open, and places as the client counts.

What is typed is taken note of at once; answers are made in a thread of their own, one after the
other, and findings once typing pauses. Nothing that a plan holds, and no mistake of this server,
ends it: an answer that fails is an empty one, and the client's log says so.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from ratedsl import __version__
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.formatter import UnsafeFormat
from ratedsl.lang.mending import Edit
from ratedsl.lang.source import Span
from ratedsl.language_server.findings import findings
from ratedsl.language_server.folder import Folder, real
from ratedsl.language_server.names import Refused

T = TypeVar("T")

# A pause in typing after which findings are looked for, in seconds.
PAUSE = 0.15

_log = logging.getLogger(__name__)


def _is_refusal(error: BaseException | None) -> bool:
    return isinstance(error, JsonRpcException) and error.code == lsp.LSPErrorCodes.RequestFailed


def _is_mistake(record: logging.LogRecord) -> bool:
    """Whether the protocol logs a mistake, and not what was asked for and refused."""
    return not (record.exc_info and _is_refusal(record.exc_info[1]))


# The answer says why something is refused; a traceback in the client's log would say nothing.
logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_mistake)


class Server(LanguageServer):
    """The server with the folder of what is open, and what it told the client about files."""

    def __init__(self) -> None:
        super().__init__("ratedsl", f"v{__version__}")
        self.folder = Folder()
        self.worker = ThreadPoolExecutor(1, "ratedsl")
        self.waiting: asyncio.Task[None] | None = None
        self.told: set[Path] = set()

    async def ask(self, answer: Callable[..., T], *words: Any) -> T | None:
        """What `answer` says of the folder as it is now; None where it fails."""
        work = functools.partial(answer, self.folder.snapshot(), *words)
        try:
            return await asyncio.get_running_loop().run_in_executor(self.worker, work)
        except (Refused, UnsafeFormat):
            raise
        except Exception:
            _log.exception("no answer from %s", answer.__name__)
            return None

    def changed(self) -> None:
        """Look for findings once nothing has changed for a moment."""
        if self.waiting is not None:
            self.waiting.cancel()
        self.waiting = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(PAUSE)
        # One file after the other, so that an answer somebody waits for comes in between.
        for path in tuple(self.folder.texts):
            await self.ask(Folder.loaded, path)
        found = await self.ask(findings)
        if found is None:
            return
        for path in self.told - found.keys():
            self._publish(path, ())
        for path, mine in found.items():
            self._publish(path, mine)
        self.told = set(found)
        capabilities = self.client_capabilities.workspace
        if capabilities and capabilities.inlay_hint and capabilities.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)

    def _publish(self, path: Path, found: tuple[Diagnostic, ...]) -> None:
        told = [self.diagnostic(one) for one in found]
        uri = self.uri(path)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, told))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a mistake of this server; who types a plan can do nothing about it."""
        if not _is_refusal(error):
            _log.error("%s", source, exc_info=error)

    # ---- places ------------------------------------------------------------------------------

    def path(self, uri: str) -> Path:
        """The file of a document; a text that has none yet stands in the current folder."""
        name = to_fs_path(uri)
        return real(name or re.sub(r"[^\w-]", "_", uri) + ".rate")

    def uri(self, path: Path) -> str:
        """The document of a file, as the client calls it where it has it open."""
        opened: list[str] = [*self.workspace.text_documents]
        for uri in opened:
            if self.path(uri) == path:
                return uri
        found: str | None = from_fs_path(str(path))
        return found or ""

    def place(self, uri: str, position: lsp.Position) -> tuple[Path, int, int]:
        """File, line and column, both from 1, of a client's position."""
        path = self.path(uri)
        line = self.folder.source(path).line(position.line + 1)
        return path, position.line + 1, self._column(line, position.character)

    def _column(self, line: str, units: int) -> int:
        at = 0
        for column, character in enumerate(line, 1):
            if at >= units:
                return column
            at += self._units(character)
        return len(line) + 1

    def _units(self, text: str) -> int:
        encoding = self.workspace.position_encoding
        if encoding == lsp.PositionEncodingKind.Utf8:
            return len(text.encode(errors="replace"))
        if encoding == lsp.PositionEncodingKind.Utf32:
            return len(text)
        return len(text.encode("utf-16-le", errors="replace")) // 2

    def range(self, span: Span) -> lsp.Range:
        """A span as the client counts."""
        line = self.folder.source(real(span.path)).line(span.line)
        start = self._units(line[: span.column - 1])
        end = max(start, self._units(line[: span.end - 1]))
        row = max(span.line - 1, 0)
        return lsp.Range(lsp.Position(row, start), lsp.Position(row, end))

    def location(self, span: Span) -> lsp.Location:
        """A span with its document."""
        return lsp.Location(self.uri(real(span.path)), self.range(span))

    def edit(self, edit: Edit) -> lsp.TextEdit:
        """An edit as the client makes it: a line that goes takes its end with it."""
        if edit.text is not None:
            return lsp.TextEdit(self.range(edit.span), edit.text)
        row = edit.span.line - 1
        return lsp.TextEdit(lsp.Range(lsp.Position(row, 0), lsp.Position(row + 1, 0)), "")

    def diagnostic(self, one: Diagnostic) -> lsp.Diagnostic:
        """A finding with its help and all its places."""
        related = [
            lsp.DiagnosticRelatedInformation(self.location(label.span), label.text or "see here")
            for label in one.related
        ]
        return lsp.Diagnostic(
            range=self.range(one.span),
            message=f"{one.message}\n{one.help}" if one.help else one.message,
            severity=lsp.DiagnosticSeverity.Error
            if one.is_error
            else lsp.DiagnosticSeverity.Warning,
            code=one.code,
            source="ratedsl",
            related_information=related or None,
        )
