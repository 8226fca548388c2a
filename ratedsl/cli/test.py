"""`ratedsl test`: run the tests that stand in plans."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from difflib import unified_diff
from typing import TYPE_CHECKING

from ratedsl.cli.plans import add_paths, find_files, load_file
from ratedsl.cli.problem import FindingsProblem, Problem

if TYPE_CHECKING:
    from ratedsl.lang.source import Source

HELP = "run the tests that stand in plans"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files, which tests, the form of the results, and what else to do."""
    add_paths(parser)
    parser.add_argument(
        "-k", metavar="WORDS", default="", help="only tests with this in their title"
    )
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text")
    parser.add_argument(
        "--update",
        action="store_true",
        help="write what came over the figures that were expected, and show the difference",
    )
    parser.add_argument(
        "--coverage", action="store_true", help="list the clauses that no test exercises"
    )
    parser.add_argument(
        "--threshold",
        metavar="PERCENT",
        type=_percent,
        help="with coverage: exit 1 where fewer of the clauses are exercised",
    )


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no percentage from 0 to 100")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Run the tests: 0 if all pass, 1 if any fails or a plan has errors."""
    from ratedsl.report.coverage import CoverageReport  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.tests import TestedFile, render_tests  # noqa: PLC0415
    from ratedsl.testing.coverage import Coverage  # noqa: PLC0415
    from ratedsl.testing.covered import by_file  # noqa: PLC0415
    from ratedsl.testing.run import run_tests  # noqa: PLC0415

    wanted = arguments.coverage or arguments.threshold is not None
    if arguments.update and wanted:
        raise Problem("--update writes figures; ask for --coverage in a run of its own")
    if arguments.update:
        return _update(arguments)
    tested: list[TestedFile] = []
    coverages: list[Coverage] = []
    sources: dict[str, Source] = {}
    for path in find_files(arguments.paths):
        loaded = load_file(path)
        errors = sum(one.is_error for one in loaded.diagnostics)
        if errors:
            tested.append(TestedFile(str(path), (), errors))
        elif loaded.plan is not None:
            coverage = Coverage(loaded.plan) if wanted else None
            results = run_tests(loaded.plan, arguments.k, coverage.watch if coverage else None)
            tested.append(TestedFile(str(path), tuple(results), 0))
            if coverage is not None:
                coverages.append(coverage)
                sources.update(loaded.sources)
    report = None
    if wanted:
        files = by_file(coverages, lambda path, line: _clause(sources[path].line(line)))
        report = CoverageReport(files, arguments.threshold)
    colour = wants_colour(sys.stdout)
    sys.stdout.write(render_tests(tested, arguments.format, colour=colour, coverage=report))
    good = all(not one.errors and all(result.passed for result in one.results) for one in tested)
    if not any(one.results for one in tested) and good:
        _require_some(arguments.k)
    return 0 if good and (report is None or report.enough) else 1


def _clause(line: str) -> str:
    """The fact on a line without its comment, its words one space apart."""
    return " ".join(re.sub(r'("[^"]*")|#.*', r"\1", line).split())


def _require_some(words: str) -> None:
    if words:
        raise FindingsProblem(f"no test has `{words}` in its title")
    raise FindingsProblem("these plans hold no tests; add a `test` record to one")


def _update(arguments: argparse.Namespace) -> int:
    """Write new figures: 0 if all tests hold then, 1 if one still fails or a plan has errors."""
    from ratedsl.lang.textfile import FileTrouble, read, read_bytes, write  # noqa: PLC0415
    from ratedsl.plan.load import load  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415
    from ratedsl.testing.run import run_tests  # noqa: PLC0415
    from ratedsl.testing.update import update  # noqa: PLC0415

    if arguments.format != "text":
        raise Problem("--update shows a difference as text; leave --format out")
    count = left = refused = 0
    found = False
    for path in find_files(arguments.paths):
        name = safe_text(str(path))
        try:
            file = read(path)
            loaded = load(path, {path.resolve(): file.text})
        except (FileTrouble, OSError) as error:
            raise Problem(str(error)) from error
        if not loaded.ok or file.replaced:
            refused += 1
            sys.stdout.write(f"{name}: not updated, mend the errors that `ratedsl check` shows\n")
            continue
        if loaded.plan is None:
            continue
        results = run_tests(loaded.plan, arguments.k)
        found = found or bool(results)
        text, edits, kept = update(loaded.source(str(path)), loaded.plan, results)
        for one in kept:
            left += 1
            failure = one.failure
            sys.stdout.write(
                f"{safe_text(failure.at.place)}: still expects {safe_text(failure.expected)}, "
                f"got {safe_text(failure.got)}: {one.why}\n"
            )
        if not edits:
            continue
        if read_bytes(path) is None or read(path).digest != file.digest:
            raise Problem(f"{path} changed while its tests ran; nothing was written, run it again")
        sys.stdout.writelines(_difference(name, file.text, text))
        try:
            write(file, text)
        except FileTrouble as error:
            raise Problem(str(error)) from error
        count += len(edits)
    if not found and not refused:
        _require_some(arguments.k)
    sys.stdout.write(f"{count} figure{'s' if count != 1 else ''} updated\n")
    return 1 if left or refused else 0


def _difference(name: str, before: str, after: str) -> Iterator[str]:
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    for line in unified_diff(before.split("\n"), after.split("\n"), name, name, lineterm="", n=1):
        yield safe_text(line) + "\n"
