"""Showing what consumers read before signing: the documents of the plan in the editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.message import Message

from ratedsl.report.safe import safe_text
from tui.lane import Lane
from tui.messages import BugFound
from tui.screens.dialog import Show

if TYPE_CHECKING:
    from ratedsl.documents.make import Kind
    from ratedsl.documents.paper import Entry, Paper
    from tui.screens.author import AuthorScreen

NARROWEST = 40
AROUND = 12  # columns that the box and its margins take


@dataclass
class PaperMade(Message):
    """The document, or None where the plan in the editor has errors."""

    paper: Paper | None


class PaperDesk:
    """Makes a document off the UI thread, and opens it."""

    def __init__(self, screen: AuthorScreen) -> None:
        """Idle."""
        self._screen = screen
        self._lane = Lane(
            "papers", lambda error: screen.post_message(BugFound(error)), newest_only=True
        )

    def stop(self) -> None:
        """Make no more; returns at once."""
        self._lane.close()

    def make(self, kind: Kind) -> None:
        """Make the document of the text as it is in the editor, saved or not."""
        screen, post = self._screen, self._screen.post_message
        path, text = str(screen.files.path), screen.editor.text
        check = screen.services.check_text

        def task(cancelled: Callable[[], bool]) -> None:
            from ratedsl.documents.make import make_paper  # noqa: PLC0415

            plan = check(path, text).plan
            paper = make_paper(kind, plan) if plan is not None else None
            if not cancelled():
                post(PaperMade(paper))

        self._lane.submit(task)

    def show(self, made: PaperMade) -> None:
        """Open the document; what the plan does not state is marked, with what to write."""
        if made.paper is None:
            self._screen.say("the plan has errors, or is none; mend them first", "error")
            return
        width = max(self._screen.app.size.width - AROUND, NARROWEST)
        missing = len(made.paper.missing)
        note = f"{missing} not stated in the plan · esc close" if missing else ""
        self._screen.app.push_screen(Show(made.paper.title, list(_lines(made.paper, width)), note))


def _lines(paper: Paper, width: int) -> Iterator[tuple[str, str]]:
    yield paper.name, "strong"
    for one in paper.head:
        yield from _entry(one, width)
    for part in paper.parts:
        yield from (("", "plain"), (part.title, "head"))
        for one in part.entries:
            yield from _entry(one, width)
    if paper.foot:
        yield "", "plain"
    for one in paper.foot:
        yield from _entry(one, width)


def _entry(one: Entry, width: int) -> Iterator[tuple[str, str]]:
    rows = [f"not stated: {one.missing}"] if one.missing else list(one.words)
    style = "warning" if one.missing else "plain"
    rows[0] = f"{one.label}: {rows[0]}"
    for row in rows:
        lines = wrap(safe_text(row), width - 4, subsequent_indent="  ") or [""]
        yield from ((f"  {line}", style) for line in lines)
