"""`ratedsl document`: what a consumer reads before signing, made from a plan."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.plans import load_plan
from ratedsl.cli.problem import Problem

if TYPE_CHECKING:
    from ratedsl.documents.paper import Paper

HELP = "make the contract summary or the broadband label of a plan"
FINDINGS = 1
EXAMPLES = """\
examples:
  ratedsl document summary plans/smart-40.rate
  ratedsl document label plans/fiber-us.rate --format html --output label.html"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the document, the plan, the day and the form."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "document",
        choices=("summary", "label"),
        help="the EU contract summary, or the US broadband label",
    )
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument("--on", metavar="DATE", help="the day; default today, in its time zone")
    parser.add_argument("--format", choices=("markdown", "html"), default="markdown")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write it there")
    parser.add_argument(
        "--trace", action="store_true", help="add where the plan says each field, by file and line"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the document: 0 if it is complete, 1 if the plan lacks a fact of it."""
    from ratedsl.report.page import PageError  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    paper = _paper(arguments)
    try:
        text = _render(paper, arguments.format, arguments.trace)
    except PageError as error:
        raise Problem(str(error)) from error
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        from ratedsl.lang.textfile import FileTrouble, read, write  # noqa: PLC0415

        try:
            write(read(arguments.output), text)
        except FileTrouble as error:
            raise Problem(str(error)) from error
    for title, one in paper.missing:
        sys.stderr.write(
            f"{safe_text(str(arguments.plan))}: {title}, {safe_text(one.label)}: not stated; "
            f"{safe_text(one.missing)}\n"
        )
    return FINDINGS if paper.missing else 0


def _paper(arguments: argparse.Namespace) -> Paper:
    from ratedsl.documents.make import make_paper  # noqa: PLC0415

    plan = load_plan(arguments.plan)
    try:
        day = date.fromisoformat(arguments.on) if arguments.on else None
    except ValueError:
        raise Problem(f"`{arguments.on}` is no date; write it as 2026-07-01") from None
    paper = make_paper(arguments.document, plan, day)
    if not plan.sold.holds(paper.day):
        sys.stderr.write(f"`{plan.id}` is not sold on {paper.day}\n")
    return paper


def _render(paper: Paper, form: str, trace: bool) -> str:
    if form == "html":
        from ratedsl.report.paper_html import render_html  # noqa: PLC0415

        return render_html(paper, trace=trace)
    from ratedsl.report.paper_markdown import render_markdown  # noqa: PLC0415

    return render_markdown(paper, trace=trace)
