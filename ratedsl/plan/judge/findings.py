"""Findings of one plan, and the places where its records are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Fix, spelt_as
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan.resolved import Reference, Resolved


@dataclass
class Findings:
    """What was found so far, against the records in effect."""

    names: Resolved
    found: list[Diagnostic] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    """Every name that was found to be that of a record, in the order of the compilation."""

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        help_text: str = "",
        label: str = "",
        related: Sequence[Label] = (),
        fixes: Sequence[Fix] = (),
        options: Sequence[str] = (),
    ) -> None:
        """Add a finding; `options` are the words of which one had to stand there."""
        seen = (tuple(related), tuple(fixes), tuple(options))
        self.found.append(Diagnostic(code, message, span, label, help_text, *seen))

    def unknown(
        self,
        code: str,
        message: str,
        word: ast.Word,
        known: Iterable[str],
        otherwise: str = "",
        help_text: str = "",
    ) -> None:
        """Report a word that is none of those known, with the one that it most likely means.

        The help is `otherwise` where none is near, or `help_text` whatever is.
        """
        last = self.found[-1] if self.found else None
        same = last is not None and (last.code, last.message) == (code, message)
        if last is not None and same and last.span.place == word.span.place:
            # One of many in a line: the first of them is what is shown.
            self.found.append(replace(last, span=word.span, fixes=()))
            return
        options = known if isinstance(known, tuple) else tuple(dict.fromkeys(known))
        help_text = help_text or did_you_mean(word.text, options, otherwise)
        fixes = spelt_as(word.text, word.span, options)
        self.found.append(
            Diagnostic(code, message, word.span, help=help_text, fixes=fixes, options=options)
        )

    def refer(self, word: ast.Word, record: ast.Record, within: str = "") -> None:
        """Note that a word names a record, for who asks where a name stands.

        `within` is what stands before the name in the word: `smart-20/`.
        """
        if record.id is not None:
            span = word.span
            if within:
                span = span._replace(column=span.column + len(within))
            self.references.append(Reference(span, record.id.span, record.kind.text))

    def add(self, finding: Diagnostic) -> None:
        """Add a finding made elsewhere."""
        self.found.append(finding)
