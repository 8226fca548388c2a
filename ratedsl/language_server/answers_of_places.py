"""Requests about a place of a text: each is put to a function that knows texts and places.

What stands there, where it is defined, what it could be called, and what may follow it.
"""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ratedsl.lang.source import Span
from ratedsl.language_server.completion import complete
from ratedsl.language_server.folder import Folder
from ratedsl.language_server.hover import hover
from ratedsl.language_server.names import (
    Refused,
    definition,
    highlights,
    name_in,
    occurrences,
    rename,
)
from ratedsl.language_server.server import Server
from ratedsl.language_server.signature import signature

_KINDS = {
    "record": lsp.CompletionItemKind.Class,
    "fact": lsp.CompletionItemKind.Property,
    "word": lsp.CompletionItemKind.Keyword,
    "name": lsp.CompletionItemKind.Reference,
    "value": lsp.CompletionItemKind.Value,
    "path": lsp.CompletionItemKind.File,
}


def add(server: Server) -> None:
    """Let the server answer them."""
    _add_names(server)
    _add_words(server)


def _add_names(server: Server) -> None:
    """What stands at a place, where it is defined, and how to call it otherwise."""

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

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def marked(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        place = server.place(params.text_document.uri, params.position)
        found = await server.ask(highlights, *place)
        return [lsp.DocumentHighlight(server.range(span)) for span in found or ()]

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


def _add_words(server: Server) -> None:
    """What may be written at a place."""

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

    @server.feature(
        lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=[" "])
    )
    async def formed(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        place = server.place(params.text_document.uri, params.position)
        found = await server.ask(signature, *place)
        if found is None:
            return None
        forms = [
            lsp.SignatureInformation(form.text, documentation=form.meaning) for form in found[0]
        ]
        return lsp.SignatureHelp(forms, active_signature=found[1])
