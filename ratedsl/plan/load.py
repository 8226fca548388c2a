"""From a path to a plan: the passes in order, and every finding of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ratedsl.checks import CHECKS
from ratedsl.checks.overdue_review import overdue
from ratedsl.checks.suppress import suppress
from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, sort_diagnostics, together
from ratedsl.lang.source import Source
from ratedsl.plan.compile import compile_plan
from ratedsl.plan.files import read_files
from ratedsl.plan.model import Plan
from ratedsl.plan.resolve import resolve
from ratedsl.plan.resolved import Reference, Resolved


@dataclass(frozen=True)
class Loaded:
    """What a file holds.

    `plan` is there whenever the file has one that is complete enough to look at; use it
    only if `ok`. `review` is the first day by which figures of it are to be read again.
    `sources` are the texts of the file and of all it uses, by path. `names` are the records in
    effect, and `references` the places where their names stand.
    """

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    review: date | None = None
    names: Resolved = field(default_factory=Resolved)
    references: tuple[Reference, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """Every file that was read, decks and lists too."""
        rates = self.plan.rates if self.plan is not None else ()
        decks = [rate.deck.table.path for rate in rates if rate.deck is not None]
        zones = self.plan.zones if self.plan is not None else ()
        lists = [one.path for zone in zones for one in zone.lists]
        return tuple(dict.fromkeys((*self.sources, *decks, *lists)))

    @property
    def ok(self) -> bool:
        """Whether nothing found is an error."""
        return not any(one.is_error for one in self.diagnostics)

    def source(self, path: str) -> Source:
        """The text of one of the files; empty where there is none."""
        return self.sources.get(path) or Source(path, "")


def load(
    path: str | Path,
    overlay: Mapping[Path, str] | None = None,
    today: date | None = None,
    *,
    prove: bool = False,
) -> Loaded:
    """Read, parse, resolve, compile and check one file.

    A user's mistake is a diagnostic, never an exception; only a file that cannot be read
    raises OSError. `overlay` holds texts that count instead of those on disk, by real path.
    With `today`, figures whose review is overdue on that day are found too. With `prove`, a
    plan without errors is searched for what is certain to go wrong with it (docs/proofs.md).
    """
    files = read_files(path, overlay)
    names = resolve(files)
    references = names.references
    plan, compiled = compile_plan(names, references=references)
    found = [*files.diagnostics, *names.diagnostics, *compiled]
    if plan is not None:
        for check in CHECKS:
            found += check(plan)
        if _rounding_lost(names, compiled):
            found = [one for one in found if one.code != "E316" or one.span != plan.at]
    reviews = list(_reviews(names))
    if today is not None:
        found += overdue(reviews, today)
    proven = prove and plan is not None and not any(one.is_error for one in found)
    if proven and plan is not None:
        from ratedsl.proofs import prove as search  # noqa: PLC0415

        found += search(plan)
    found = suppress(found, files.sources, str(path), is_plan=plan is not None, proven=proven)
    review = min((day for _, day in reviews), default=None)
    shown = together(sort_diagnostics(found))
    return Loaded(plan, shown, files.sources, review, names, tuple(references))


def _reviews(names: Resolved) -> Iterator[tuple[ast.TaxRead, date]]:
    """The sources of taxes that state when they are to be read again."""
    for record in names.of_kind("tax").values():
        for fact in record.facts:
            if isinstance(fact, ast.TaxRead) and fact.review and fact.review.value:
                yield fact, fact.review.value


def _rounding_lost(names: Resolved, found: list[Diagnostic]) -> bool:
    """Whether a mistake stands where the plan may state the rounding that it seems to lack."""
    record = names.plan
    if record is None or record.broken or not record.facts:
        return True
    stated = [fact.span for fact in record.facts if fact.keyword == "rounding"]
    places = {span.place for span in stated}
    return any(one.span.place in places for one in found)
