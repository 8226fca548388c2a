"""The `ratedsl` command: finds the verb, runs it, and turns what happens into an exit code.

0 is clean, 1 is findings, 2 is wrong usage or an internal error. A verb's module is imported
only once the verb is chosen, because `ratedsl check` has to answer within a blink.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn, Protocol, cast

from ratedsl.cli.problem import Problem
from ratedsl.report.safe import safe_text

WRONG_USAGE = 2
INTERRUPTED = 130  # what a shell reports for a program that SIGINT ended
PIPE_CLOSED = 141  # the same for SIGPIPE

# Verb to module and one line of help, in the order in which a plan's author meets them.
VERBS: dict[str, tuple[str, str]] = {
    "init": ("ratedsl.cli.init", "start a folder of plans, with tests, hooks and a workflow"),
    "check": ("ratedsl.cli.check", "find the mistakes in plans"),
    "diff": ("ratedsl.cli.diff", "say what changed between two versions of plans"),
    "fmt": ("ratedsl.cli.fmt", "write plans in the one form"),
    "show": ("ratedsl.cli.show", "print a plan as it is on a day"),
    "document": ("ratedsl.cli.document", "make the contract summary or broadband label of a plan"),
    "rate": ("ratedsl.cli.rate", "rate usage with a plan and print invoices"),
    "authorise": ("ratedsl.cli.authorise", "say how much of a request the balances allow"),
    "settle": ("ratedsl.cli.settle", "say what the parties of a plan owe each other"),
    "test": ("ratedsl.cli.test", "run the tests that stand in plans"),
    "usage": ("ratedsl.cli.usage", "import usage, make a sample, count what is stored"),
    "tui": ("ratedsl.cli.tui", "edit a plan with its invoice beside it"),
    "lsp": ("ratedsl.cli.lsp", "serve an editor while a plan is typed"),
    "import": ("ratedsl.cli.import_", "begin a plan from a TM Forum offering"),
    "export": ("ratedsl.cli.export", "write a plan or an invoice as TM Forum resources"),
    "schema": ("ratedsl.cli.schema", "print the JSON Schema of what other programs read"),
    "completion": ("ratedsl.cli.completion", "let a shell complete verbs, options and files"),
    "explain": ("ratedsl.cli.explain", "say what a finding's code means and how to mend it"),
}

EXAMPLES = """\
examples:
  ratedsl check plans/
  ratedsl usage sample --into usage.db
  ratedsl rate plans/smart-20.rate --usage usage.db --cycle 2026-08
  ratedsl tui plans/smart-20.rate --usage usage.db

`ratedsl VERB --help` tells a verb's own options.
exit codes: 0 clean, 1 findings, 2 wrong usage or internal error"""


class Verb(Protocol):
    """What a verb's module offers."""

    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work and return the exit code."""


class Parser(argparse.ArgumentParser):
    """An argument parser without abbreviations, so that a new option breaks no script."""

    def __init__(self, *args: object, **options: object) -> None:
        """As the base class, with this project's defaults."""
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, name the help, and exit with 2."""
        self.exit(
            WRONG_USAGE, f"{self.prog}: {safe_text(message)}\ntry `{self.prog} --help` for help\n"
        )


def enter() -> NoReturn:
    """Run the command line of this process and leave it at once.

    Nothing is left to tidy up when `main` returns: files and databases are closed, and stdout
    is flushed. Taking every imported module apart first would take as long as half a check.
    """
    code = main()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; no exception leaves this function."""
    words = list(sys.argv[1:] if argv is None else argv)
    _survive_any_text()
    try:
        code = _dispatch(words)
        # Here, and not at exit, a closed pipe can still be handled quietly.
        sys.stdout.flush()
    except Problem as problem:
        from ratedsl.usage.privacy import mask_words  # noqa: PLC0415

        _say(f"ratedsl: {safe_text(mask_words(str(problem)))}")
        code = problem.exit_code
    except SystemExit as leaving:  # argparse, after --help or a wrong option
        code = leaving.code if isinstance(leaving.code, int) else WRONG_USAGE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        code = PIPE_CLOSED
    except Exception as error:
        code = _say(_internal(error))
    return code


def _dispatch(words: list[str]) -> int:
    first = words[0] if words else ""
    # Looking for plugins of pydantic in every installed package takes longer than a check.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if first in VERBS:
        verb = _load(first)
        parser = Parser(prog=f"ratedsl {first}", description=verb.HELP)
        verb.configure(parser)
        return verb.run(parser.parse_args(words[1:]))
    top = _top()
    if not words:
        top.print_help(sys.stderr)
        return WRONG_USAGE
    if first.startswith("-"):
        top.parse_args(words)
    top.error(f"unknown verb `{first}`{_nearest(first)}")


def _load(verb: str) -> Verb:
    from importlib import import_module  # noqa: PLC0415

    return cast(Verb, import_module(VERBS[verb][0]))


def _top() -> Parser:
    """The parser that answers without a verb: `--help`, `--version`, and what is wrong."""
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {name:<{width}}  {words}" for name, (_, words) in VERBS.items())
    parser = Parser(
        prog="ratedsl",
        usage="ratedsl [-h] [--version] VERB ...",
        description=f"Telecom rate plans as text: check, test, rate, bill.\n\nverbs:\n{verbs}",
        epilog=EXAMPLES,
    )
    from ratedsl import __version__  # noqa: PLC0415

    parser.add_argument("--version", action="version", version=f"ratedsl {__version__}")
    return parser


def _nearest(word: str) -> str:
    from ratedsl.lang.spelling import suggest  # noqa: PLC0415

    near = suggest(word, VERBS)
    return f", did you mean `{near}`?" if near else f"; the verbs are {', '.join(VERBS)}"


def _internal(error: Exception) -> str:
    from ratedsl.cli.crash import record_crash  # noqa: PLC0415
    from ratedsl.usage.privacy import hide_numbers  # noqa: PLC0415

    log = record_crash(error)
    what = safe_text(hide_numbers(f"{type(error).__name__}: {error}".removesuffix(": ")))
    where = (
        f"details in {safe_text(str(log))}"
        if log
        else "no details, because the state folder is not writable"
    )
    return f"ratedsl: internal error: {what}; {where}"


def _say(line: str) -> int:
    with suppress(OSError):  # nobody may be listening any more
        print(line, file=sys.stderr, flush=True)
    return WRONG_USAGE


def _survive_any_text() -> None:
    """Let streams of a narrow encoding show what they cannot encode instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _close_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush finds an open file."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)
