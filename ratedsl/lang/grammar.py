"""Lark's parser of one line, which tells what a line lacks and what may follow its beginning.

Lines that are right never come here: `ratedsl.lang.straight` reads them by the same table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

from lark import Lark, TextSlice, Token, Tree, UnexpectedInput, UnexpectedToken

from ratedsl.lang.lexer import LineLexer
from ratedsl.lang.vocabulary import KINDS

GRAMMAR = Path(__file__).with_name("grammar.lark")

_lock = Lock()


@contextmanager
def line_parser() -> Iterator[Lark]:
    """The parser, which nobody else uses meanwhile."""
    with _lock:
        yield _lark()


def parse_line(text: str, start: int, end: int, rule: str) -> Tree[Token] | UnexpectedInput:
    """What lark makes of a line, or where the line stops making sense to it."""
    with line_parser() as lark:
        try:
            return lark.parse(TextSlice(text, start, end), start=rule, on_error=_read_as_name)
        except UnexpectedInput as problem:
            return problem


def _read_as_name(problem: UnexpectedInput) -> bool:
    """Let a keyword be a name where only a name fits: `zone at "Austria"`."""
    if not isinstance(problem, UnexpectedToken) or "NAME" not in problem.accepts:
        return False
    if not str(problem.token)[:1].isalpha():
        return False
    problem.interactive_parser.feed_token(
        Token.new_borrow_pos("NAME", str(problem.token), problem.token)
    )
    return True


@cache
def _lark() -> Lark:
    """The one parser of the process; its tables come from the user's cache where possible."""
    stored = _cache_file()
    if stored is not None:
        try:
            return _build(stored)
        except (OSError, EOFError, ValueError, KeyError, AttributeError, ImportError):
            Path(stored).unlink(missing_ok=True)
    return _build(False)


def _build(stored: str | bool) -> Lark:
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer=LineLexer,
        start=["header", *(f"{kind}_fact" for kind in KINDS)],
        cache=stored,
    )


def _cache_file() -> str | None:
    """Where lark's tables are kept between runs, or None where nothing can be written."""
    root = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(root) / "ratedsl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(folder / f"grammar-{sys.version_info.major}{sys.version_info.minor}.lark")
