"""`ratedsl lsp`: answer an editor about the plans that it has open."""

from __future__ import annotations

import argparse

from ratedsl.cli.problem import Problem

HELP = "serve an editor: findings, completion, names and results while a plan is typed"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the one way to talk, which some editors name."""
    parser.add_argument(
        "--stdio", action="store_true", help="talk on standard input and output, as it always does"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until the editor leaves; 0 then."""
    try:
        from ratedsl.language_server.protocol import serve  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        if missing.name not in ("pygls", "lsprotocol"):
            raise
        raise Problem(
            "the language server needs the extra `lsp`: pip install 'ratedsl[lsp]'"
        ) from missing
    serve()
    return 0
