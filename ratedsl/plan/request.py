"""A request for usage in the words of a test's `event`, judged against one plan file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import Loaded, load
from ratedsl.plan.model import TestEvent


@dataclass(frozen=True, slots=True)
class Request:
    """The event that is asked for, or what is wrong with the words."""

    event: TestEvent | None
    problems: Sequence[Diagnostic]


def read_request(path: Path, loaded: Loaded, words: str) -> Request:
    """Read the words of a request, such as `voice to +351210000000 for 1 h at 2026-03-02 10:00`.

    They mean what they mean in a test at the end of the plan's file, which has no errors.
    """
    line = " ".join(words.split())
    text = loaded.source(str(path)).text
    before = len(text.splitlines())
    asked = f'{text}\n\ntest "request"\n  event {line}\n  expect rejected no-rate\n'
    again = load(path, {path.resolve(): asked})
    problems = [one for one in again.diagnostics if one.is_error and one.span.line > before]
    events = again.plan.tests[-1].events if again.plan and again.plan.tests else ()
    return Request(None if problems or len(events) != 1 else events[0], problems)
