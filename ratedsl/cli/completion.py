"""`ratedsl completion`: what a shell needs to complete verbs, options, codes and plan files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ratedsl.cli.problem import Problem

HELP = "print a script that lets a shell complete verbs, options, codes and plan files"
SHELLS = ("bash", "zsh", "fish")

# What the arguments that are paths lead to; all others lead to any file.
_PLANS = ("paths", "plan")
_FOLDERS = ("folder",)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare which shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that reads the script")


def run(arguments: argparse.Namespace) -> int:
    """Print the script; always 0."""
    try:
        import shtab  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise Problem("completion needs shtab: pip install 'shtab>=1.13,<2'") from missing
    # Nothing is asked while a shell completes: all that there is stands in the script.
    sys.stdout.write(f"{shtab.complete(whole_parser(), arguments.shell)}\n")
    return 0


def whole_parser() -> argparse.ArgumentParser:
    """One parser of all verbs with their options, and with what each of them may be given."""
    from importlib import import_module  # noqa: PLC0415

    from ratedsl.cli.main import VERBS, Parser  # noqa: PLC0415

    parser = Parser(prog="ratedsl")
    parser.add_argument("--version", action="store_true", help="name the version")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name, (module, words) in VERBS.items():
        verb = verbs.add_parser(name, help=words, description=words)
        import_module(module).configure(verb)
    for action in _actions(parser):
        _complete(action)
    return parser


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments of a parser and of all verbs below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)


def _complete(action: Any) -> None:
    """Say what completes an argument: some codes, some files."""
    import shtab  # noqa: PLC0415

    from ratedsl.checks.codes import CODES  # noqa: PLC0415
    from ratedsl.lang.vocabulary import KINDS  # noqa: PLC0415

    if action.dest == "code":
        action.choices = (*CODES, *KINDS)
    elif action.dest in ("select", "ignore"):
        action.choices = tuple(code for code in CODES if code.startswith("W"))
    elif action.dest in _FOLDERS:
        action.complete = shtab.DIRECTORY
    elif action.dest in _PLANS and action.type is Path:
        action.complete = shtab.glob("*.rate")
    elif action.type is Path or action.dest in ("usage", "into", "file"):
        action.complete = shtab.FILE
