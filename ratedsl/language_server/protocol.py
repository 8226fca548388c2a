"""The server with all that it can do, and what it hears of the texts that are typed."""

from __future__ import annotations

import os
from contextlib import suppress

from lsprotocol import types as lsp

from ratedsl.language_server import answers_of_places, answers_of_texts
from ratedsl.language_server.server import Server


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
    answers_of_places.add(server)
    answers_of_texts.add(server)
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

    # An annotation as wide as `object` would have the server itself put before what is told.
    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def saved(_params: lsp.DidSaveTextDocumentParams | lsp.DidChangeWatchedFilesParams) -> None:
        server.folder.forget()
        server.changed()
