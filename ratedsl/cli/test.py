"""`ratedsl test`: run the tests that stand in plans."""

from __future__ import annotations

import argparse
import sys

from ratedsl.cli.plans import add_paths, find_files, load_file
from ratedsl.cli.problem import FindingsProblem

HELP = "run the tests that stand in plans"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files and the form of the results."""
    add_paths(parser)
    parser.add_argument(
        "-k", metavar="WORDS", default="", help="only tests with this in their title"
    )
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Run the tests: 0 if all pass, 1 if any fails or a plan has errors."""
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.tests import TestedFile, render_tests  # noqa: PLC0415
    from ratedsl.testing.run import run_tests  # noqa: PLC0415

    tested: list[TestedFile] = []
    for path in find_files(arguments.paths):
        loaded = load_file(path)
        errors = sum(one.is_error for one in loaded.diagnostics)
        if errors:
            tested.append(TestedFile(str(path), (), errors))
        elif loaded.plan is not None:
            tested.append(TestedFile(str(path), tuple(run_tests(loaded.plan, arguments.k)), 0))
    sys.stdout.write(render_tests(tested, arguments.format, colour=wants_colour(sys.stdout)))
    good = all(not one.errors and all(result.passed for result in one.results) for one in tested)
    if not any(one.results for one in tested) and good and arguments.k:
        raise FindingsProblem(f"no test has `{arguments.k}` in its title")
    if not any(one.results for one in tested) and good:
        raise FindingsProblem("these plans hold no tests; add a `test` record to one")
    return 0 if good else 1
