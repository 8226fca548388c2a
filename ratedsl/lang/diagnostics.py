"""What `check` says about a plan: a finding with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ratedsl.lang.mending import Fix
from ratedsl.lang.source import Span


class Severity(StrEnum):
    """How much a finding weighs: an error stops a plan from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place that a finding points to besides its own, with a few words on why."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `code` is a key of `ratedsl.checks.codes.CODES`; `message` says the fact in lower
    case without a full stop; `label` stands under the marked place; `help` alone says how
    to mend it, and each of the `fixes` would. `options` are the words of which one had to
    stand at the place, where there is a list of them. A `witness` is an inline test, or
    several, that pass as long as it is so.
    """

    code: str
    message: str
    span: Span
    label: str = ""
    help: str = ""
    related: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()
    options: tuple[str, ...] = field(default=(), compare=False, repr=False)
    witness: str = ""

    @property
    def severity(self) -> Severity:
        """Read from the code's first letter: `E` is an error, all others are warnings."""
        return Severity.ERROR if self.code.startswith("E") else Severity.WARNING

    @property
    def is_error(self) -> bool:
        """Whether the plan cannot be used as long as this stands."""
        return self.code.startswith("E")


def sort_diagnostics(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in the order of the text, each once."""
    return tuple(sorted(set(found), key=lambda one: (one.span, one.code, one.message)))


_MOST_PLACES = 4


def together(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings of one unknown name as one that points to the other places of the name.

    Most often its definition is missing, and each place would say the same again. Whatever else
    is found is said once a line.
    """
    kept: list[Diagnostic] = []
    places: dict[str, list[Span]] = {}
    said: set[tuple[str, str, str]] = set()
    for one in found:
        if one.code != "E101":
            what = (one.code, one.message, one.span.place)
            if what not in said:
                said.add(what)
                kept.append(one)
        elif one.message in places:
            places[one.message].append(one.span)
        else:
            places[one.message] = []
            kept.append(one)
    return tuple(
        replace(one, related=(*one.related, *_also(places[one.message])))
        if one.code == "E101"
        else one
        for one in kept
    )


def _also(spans: list[Span]) -> list[Label]:
    shown = [Label(span, "also here") for span in spans[:_MOST_PLACES]]
    if len(spans) > _MOST_PLACES:
        more = len(spans) - _MOST_PLACES
        shown[-1] = Label(spans[_MOST_PLACES - 1], f"also here, and {more} more after it")
    return shown
