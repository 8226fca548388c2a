"""What the server can do, request by request, in the Language Server Protocol.

With `server` this is all that speaks the protocol: each request is put to a function that knows
texts and places, and its answer is put into the client's words.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.formatter import UnsafeFormat, format_source
from ratedsl.lang.mending import Fix
from ratedsl.lang.source import Source, Span
from ratedsl.language_server import outline
from ratedsl.language_server.actions import actions
from ratedsl.language_server.completion import complete
from ratedsl.language_server.folder import Folder, real
from ratedsl.language_server.hover import hover
from ratedsl.language_server.names import Refused, definition, name_in, occurrences, rename
from ratedsl.language_server.results import Result, results
from ratedsl.language_server.server import Server

_KINDS = {
    "record": lsp.CompletionItemKind.Class,
    "fact": lsp.CompletionItemKind.Property,
    "word": lsp.CompletionItemKind.Keyword,
    "name": lsp.CompletionItemKind.Reference,
    "value": lsp.CompletionItemKind.Value,
    "path": lsp.CompletionItemKind.File,
}


def serve() -> None:
    """Serve one client on standard input and output until it leaves.

    The server closes what it is given, and whatever else is printed must not come between.
    """
    heard, said = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(OSError, ValueError):
        make_server().start_io(heard, said)


def make_server() -> Server:
    """A server that can do all that it says."""
    server = Server()
    _hear(server)
    _answer_about_places(server)
    _answer_about_texts(server)
    return server


def _hear(server: Server) -> None:
    """Keep the open texts as they are typed."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def typed(params: lsp.DidOpenTextDocumentParams | lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        text = server.workspace.get_text_document(uri).source
        server.folder.open(server.path(uri), text.removeprefix("\ufeff"))
        server.changed()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.folder.close(server.path(params.text_document.uri))
        server.changed()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def saved(_params: object) -> None:
        server.folder.forget()
        server.changed()


def _answer_about_places(server: Server) -> None:
    """What stands at a place, where it is defined, and what may stand there."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        place = server.place(params.text_document.uri, params.position)
        found = await server.ask(hover, *place)
        if found is None:
            return None
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, found[0])
        return lsp.Hover(content, server.range(found[1]))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: lsp.DefinitionParams) -> lsp.Location | None:
        place = server.place(params.text_document.uri, params.position)
        found = await server.ask(definition, *place)
        return server.location(found) if found is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        place = server.place(params.text_document.uri, params.position)
        found = await server.ask(occurrences, *place)
        return [server.location(span) for span in found or ()]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def can_rename(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        path, line, column = server.place(params.text_document.uri, params.position)

        def named(folder: Folder) -> Span | None:
            found = name_in(folder, path, line, column)
            return found.span if found is not None else None

        span = await server.ask(named)
        return server.range(span) if span is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        place = server.place(params.text_document.uri, params.position)
        try:
            edits = await server.ask(rename, *place, params.new_name)
        except Refused as refused:
            raise JsonRpcException(str(refused), lsp.LSPErrorCodes.RequestFailed) from refused
        if edits is None:
            return None
        changes = {
            server.uri(path): [server.edit(edit) for edit in mine] for path, mine in edits.items()
        }
        return lsp.WorkspaceEdit(changes=changes)

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[" ", '"', "/"])
    )
    async def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        path, line, column = server.place(params.text_document.uri, params.position)
        start, found = await server.ask(complete, path, line, column) or (column, [])
        span = server.range(Span(str(path), line, start, column))
        items = [
            lsp.CompletionItem(
                label=one.word,
                kind=_KINDS[one.kind],
                detail=one.detail or None,
                sort_text=f"{index:05}",
                text_edit=lsp.TextEdit(span, one.word),
            )
            for index, one in enumerate(found)
        ]
        return lsp.CompletionList(is_incomplete=False, items=items)


def _answer_about_texts(server: Server) -> None:
    """What a whole file is, comes to, or could be."""

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        path = server.path(params.text_document.uri)
        source = server.folder.source(path)

        def form(_folder: Folder) -> str | None:
            text = format_source(source)
            return text if isinstance(text, str) and text != source.text else None

        try:
            text = await server.ask(form)
        except UnsafeFormat:
            return []
        if text is None:
            return []
        rows = source.text.count("\n") + 1
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(rows, 0))
        return [lsp.TextEdit(whole, text)]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        source = server.folder.source(server.path(params.text_document.uri))
        return [_symbol(server, source, one) for one in outline.outline(source)]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
    )
    async def fixes(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        path = server.path(params.text_document.uri)
        lines = params.range.start.line + 1, params.range.end.line + 1
        found = await server.ask(actions, path, *lines)
        return [_action(server, one, fix) for one, fix in found or ()]

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def hinted(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        path = server.path(params.text_document.uri)
        found = await server.ask(results, path) or []
        first, last = params.range.start.line + 1, params.range.end.line + 1
        return [_hint(server, path, one) for one in found if first <= one.line <= last]


def _symbol(server: Server, source: Source, one: outline.Part) -> lsp.DocumentSymbol:
    def stretch(first: int, last: int) -> lsp.Range:
        end = server.range(Span(source.path, last, 1, len(source.line(last)) + 1)).end
        return lsp.Range(lsp.Position(first - 1, 0), end)

    return lsp.DocumentSymbol(
        name=f"{one.kind} {one.name}".strip(),
        detail=one.detail or None,
        kind=lsp.SymbolKind.Class if one.kind else lsp.SymbolKind.Property,
        range=stretch(one.line, one.last),
        selection_range=stretch(one.line, one.line),
        children=[_symbol(server, source, fact) for fact in one.facts],
    )


def _action(server: Server, one: Diagnostic, fix: Fix) -> lsp.CodeAction:
    changes: dict[str, list[lsp.TextEdit]] = {}
    for edit in fix.edits:
        changes.setdefault(server.uri(real(edit.span.path)), []).append(server.edit(edit))
    return lsp.CodeAction(
        title=fix.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[server.diagnostic(one)],
        is_preferred=fix.safe,
        edit=lsp.WorkspaceEdit(changes=changes),
    )


def _hint(server: Server, path: Path, one: Result) -> lsp.InlayHint:
    end = len(server.folder.source(path).line(one.line)) + 1
    place = server.range(Span(str(path), one.line, end, end)).start
    return lsp.InlayHint(place, one.words, padding_left=True)
