"""Reads a line of a file by one rule of the grammar, and reports what is wrong with it."""

from __future__ import annotations

from functools import cache

from ratedsl.lang import ast
from ratedsl.lang.build import Builder
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.mending import Edit, Fix, spelt_as
from ratedsl.lang.source import Row, Source
from ratedsl.lang.straight import StraightParser


class LineReader:
    """Reads lines of one source; `row` is the line at hand, and `found` what is wrong so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self.row = Row(source.path, 1, -1)
        # Lines that were made of something else have its places.
        self._as_written = source.row(0) is not None
        self._straight, self._builder = _shared()

    @property
    def words_of_tests(self) -> frozenset[str]:
        """The words that mean something in a fact of a test."""
        return self._straight.words_of_tests

    def read(
        self, rule: str, start: int, end: int, what: str, source: Source | None = None
    ) -> object:
        """The node between two offsets of the line at hand, or of another source; or None.

        A line that cannot be read yields exactly one diagnostic; `what` names it there.
        """
        if source is None:
            source = self.source
            self._builder.set_line(source, start, end, self.row if self._as_written else None)
        else:
            self._builder.set_line(source, start, end, source.row(start))
        built = self._straight.parse(source.text, start, end, rule)
        if built is None:
            self.found.append(_problem(rule, source, start, end, what))
        return built

    def report(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        help_text: str,
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        """Report what stands between two offsets."""
        span = self.source.span(start, end)
        self.found.append(Diagnostic(code, message, span, help=help_text, fixes=fixes))

    def unknown(
        self, code: str, message: str, word: ast.Word, hint: str, known: tuple[str, ...]
    ) -> None:
        """Report a word that opens nothing; what it may have meant to be is offered."""
        fixes = spelt_as(word.text, word.span, known)
        self.found.append(
            Diagnostic(code, message, word.span, help=hint, fixes=fixes, options=known)
        )

    def insertion(self, offset: int, text: str) -> Fix:
        """A fix that adds text at an offset."""
        span = self.source.span(offset, offset + 1)
        return Fix(f"add `{text}`", (Edit(span._replace(end=span.column), text),))


def _problem(rule: str, source: Source, start: int, end: int, what: str) -> Diagnostic:
    """What is wrong with a line that does not fit the grammar."""
    from lark import UnexpectedInput  # noqa: PLC0415

    from ratedsl.lang.grammar import parse_line  # noqa: PLC0415
    from ratedsl.lang.unexpected import explain_unexpected  # noqa: PLC0415

    problem = parse_line(source.text, start, end, rule)
    assert isinstance(problem, UnexpectedInput), "lark reads what its own steps do not"
    kind = rule.removesuffix("_fact") if rule.endswith("_fact") else ""
    return explain_unexpected(problem, source, start, end, what, kind)


@cache
def _shared() -> tuple[StraightParser, Builder]:
    """The one parser of right lines in the process, and what builds their nodes."""
    builder = Builder()
    return StraightParser(builder), builder
