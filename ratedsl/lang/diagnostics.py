"""What `check` says about a plan: a finding with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

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

    `code` is a key of `ratedsl.checks.registry.CODES`; `message` says the fact in lower
    case without a full stop; `label` stands under the marked place; `help` alone says how
    to mend it.
    """

    code: str
    message: str
    span: Span
    label: str = ""
    help: str = ""
    related: tuple[Label, ...] = ()

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
