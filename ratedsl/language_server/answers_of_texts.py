"""Requests about a whole text: its form, parts and colours, its fixes and its results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lsprotocol import types as lsp

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.formatter import UnsafeFormat, format_source
from ratedsl.lang.mending import Fix
from ratedsl.lang.source import Source, Span
from ratedsl.language_server import outline
from ratedsl.language_server.actions import actions
from ratedsl.language_server.colours import LEGEND, Coloured, colours
from ratedsl.language_server.folder import Folder, real
from ratedsl.language_server.folds import folds
from ratedsl.language_server.results import Result, results
from ratedsl.language_server.server import Server
from ratedsl.language_server.symbols import symbols

_FOLDS = {"comment": lsp.FoldingRangeKind.Comment, "imports": lsp.FoldingRangeKind.Imports}


def add(server: Server) -> None:
    """Let the server answer them."""
    _add_form(server)
    _add_parts(server)
    _add_findings(server)


def _add_form(server: Server) -> None:
    """How a text is to be written, and how its words are coloured."""

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        path = server.path(params.text_document.uri)
        source = server.folder.source(path)

        def form(_folder: Folder) -> str | None:
            text = format_source(source)
            if not isinstance(text, str):
                return None
            ends = source.text.count("\r\n")
            if ends and ends == source.text.count("\n"):
                text = text.replace("\n", "\r\n")
            return text if text != source.text else None

        try:
            text = await server.ask(form)
        except UnsafeFormat:
            return []
        if text is None:
            return []
        return list(_rewritten(source.text, text))

    legend = lsp.SemanticTokensLegend(list(LEGEND), [])

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    async def coloured(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        source = server.folder.source(server.path(params.text_document.uri))
        found = colours(source, 1, source.text.count("\n") + 1)
        return lsp.SemanticTokens(list(_counted(server, source, found)))

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    async def coloured_part(params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
        source = server.folder.source(server.path(params.text_document.uri))
        last = min(params.range.end.line, source.text.count("\n")) + 1
        found = colours(source, params.range.start.line + 1, last)
        return lsp.SemanticTokens(list(_counted(server, source, found)))


def _add_parts(server: Server) -> None:
    """What a text is made of, and what is in the others beside it."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        source = server.folder.source(server.path(params.text_document.uri))
        return [_symbol(server, source, one) for one in outline.outline(source)]

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folded(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        source = server.folder.source(server.path(params.text_document.uri))
        return [
            lsp.FoldingRange(one.first - 1, one.last - 1, kind=_FOLDS.get(one.kind))
            for one in folds(source)
        ]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def searched(params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
        opened = [server.path(uri) for uri in server.workspace.folders]
        found = await server.ask(symbols, opened, params.query) or []
        return [
            lsp.SymbolInformation(
                server.location(Span(str(one.path), one.line, 1, 1)), one.name, lsp.SymbolKind.Class
            )
            for one in found
        ]


def _add_findings(server: Server) -> None:
    """What can be done about findings, and what the tests come to."""

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


def _rewritten(old: str, new: str) -> Iterator[lsp.TextEdit]:
    """The lines that change, so that what stands beside them stays where it is."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) != len(after):
        rows = old.count("\n") + 1
        yield lsp.TextEdit(lsp.Range(lsp.Position(0, 0), lsp.Position(rows, 0)), new)
        return
    for row, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other:
            place = lsp.Range(lsp.Position(row, 0), lsp.Position(row + 1, 0))
            yield lsp.TextEdit(place, other)


def _counted(server: Server, source: Source, found: Iterable[Coloured]) -> Iterator[int]:
    """Each stretch by its distance from the one before, as the protocol has it."""
    row = unit = 0
    for one in found:
        place = server.range(Span(source.path, one.line, one.start, one.end))
        start = place.start.character
        yield place.start.line - row
        yield start - (unit if place.start.line == row else 0)
        yield place.end.character - start
        yield one.type
        yield 0
        row, unit = place.start.line, start


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
