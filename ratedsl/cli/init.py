"""`ratedsl init`: start a folder of plans, with tests, hooks and a workflow."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path

from ratedsl.cli.problem import Problem
from ratedsl.report.safe import safe_text
from ratedsl.scaffold import Wanted, scaffold

HELP = "start a folder of plans, with tests, hooks and a workflow"

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare where, and what the first plan is."""
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", type=Path, default=Path(), help="default: here"
    )
    parser.add_argument("--plan", metavar="ID", default="basic", help="its id; default basic")
    parser.add_argument("--title", metavar="TITLE", default="", help="what people call it")
    parser.add_argument("--currency", metavar="CUR", default="EUR", help="ISO 4217; default EUR")
    parser.add_argument(
        "--timezone", metavar="ZONE", default="Europe/Lisbon", help="default Europe/Lisbon"
    )
    parser.add_argument(
        "--prefix", metavar="+CC", default="+351", help="the country's code; default +351"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files that are not there yet; a file that is there is never changed."""
    made = scaffold(_wanted(arguments))
    folder: Path = arguments.folder
    there = [path for path in made if (folder / path).exists()]
    if f"plans/{arguments.plan}.rate" in there:
        raise Problem(
            f"{folder / 'plans' / arguments.plan}.rate is there already; name another --plan"
        )
    _check(made, folder)
    for path, text in made.items():
        target = folder / path
        if path in there:
            sys.stdout.write(f"kept    {safe_text(str(target))}\n")
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Never over a file that came meanwhile.
            with target.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except OSError as error:
            reason = (error.strerror or "it cannot be written").lower()
            raise Problem(f"cannot write {target}: {reason}") from error
        sys.stdout.write(f"written {safe_text(str(target))}\n")
    plans = safe_text(shlex.quote(str(folder / "plans")))
    sys.stdout.write(f"next: ratedsl check {plans}; ratedsl test {plans}\n")
    return 0


def _wanted(arguments: argparse.Namespace) -> Wanted:
    if not _ID.fullmatch(arguments.plan) or len(arguments.plan) > 60:
        raise Problem(f"`{arguments.plan}` is no id; write small letters, digits and `-`")
    title = arguments.title or arguments.plan.replace("-", " ").capitalize()
    if '"' in title or not title.isprintable():
        raise Problem("a title has neither quotes nor line ends; name another --title")
    if not re.fullmatch(r"\+\d{1,15}", arguments.prefix):
        raise Problem(f"`{arguments.prefix}` is no country code; write it as +351")
    for name in ("currency", "timezone"):
        if not re.fullmatch(r"[A-Za-z0-9_+/-]{1,60}", getattr(arguments, name)):
            raise Problem(f"`{getattr(arguments, name)}` is no {name}")
    return Wanted(arguments.plan, title, arguments.currency, arguments.timezone, arguments.prefix)


def _check(made: dict[str, str], folder: Path) -> None:
    """Raise where the plan would not check: a currency or a zone that does not exist."""
    from ratedsl.plan.load import load  # noqa: PLC0415

    texts = {(folder / path).resolve(): text for path, text in made.items()}
    (plan, *_) = made
    wrong = [one for one in load(folder / plan, texts).diagnostics if one.code in ("E301", "E208")]
    if wrong:
        raise Problem(f"{wrong[0].message}; {wrong[0].help}")
